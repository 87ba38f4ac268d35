// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { api } from "../clients/session.js";
import { byId, fill } from "../ui/dom.js";
import { enhance } from "../ui/form.js";
import { Panel } from "../ui/panel.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();
const zones = byId("details-zone", HTMLSelectElement);

zones.append(...Intl.supportedValuesOf("timeZone").map((name) => new Option(name.replaceAll("_", " "), name)));

const details = new Panel("details", {
  fetch: (signal) => api.getProfile({ signal }),
  render: (profile) => {
    byId("details-name", HTMLInputElement).value = profile.name;
    byId("details-locale", HTMLSelectElement).value = profile.locale;
    const isListed = [...zones.options].some(({ value }) => value === profile.time_zone);
    if (!isListed) zones.append(new Option(profile.time_zone)); // an alias that this browser doesn't list
    zones.value = profile.time_zone;
  },
});
enhance(byId("details-form", HTMLFormElement), async (fields) => {
  await account.changeProfile({
    name: String(fields.get("name")).trim(),
    locale: String(fields.get("locale")),
    time_zone: String(fields.get("time_zone")),
  });
  return text("Saved.");
});

const email = new Panel("email", {
  fetch: (signal) => account.emailAddress(signal),
  render: showAddress,
});

/** @param {{email: string, pending: string | null}} address */
function showAddress(address) {
  fill(byId("email-content"), { ...address });
  askForCode(address.pending !== null);
}

/** @param {boolean} isPending */
function askForCode(isPending) {
  byId("email-form").hidden = isPending;
  byId("email-pending").hidden = !isPending;
}

const emailForm = byId("email-form", HTMLFormElement);
enhance(emailForm, async (fields) => {
  const pending = String(fields.get("email")).trim();
  await withProof(() => account.changeEmailAddress(pending));
  fill(byId("email-pending"), { pending });
  askForCode(true);
  byId("email-code").focus();
});
enhance(byId("email-code-form", HTMLFormElement), async (fields) => {
  showAddress(await account.verifyEmailAddress(String(fields.get("code")).trim()));
  emailForm.reset();
  const done = emailForm.querySelector("[data-form-done]");
  if (done instanceof HTMLElement) {
    done.textContent = text("Your email address has been changed.");
    done.hidden = false;
    done.focus();
  }
});
byId("email-other").addEventListener("click", () => {
  askForCode(false);
  byId("email-new").focus();
});

showPasswords();
details.load();
email.load();
