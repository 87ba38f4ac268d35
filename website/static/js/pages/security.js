// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { AuthenticatorApp } from "../ui/authenticator-app.js";
import { ConnectionList } from "../ui/connection-list.js";
import { byId } from "../ui/dom.js";
import { enhance, onPress, tell } from "../ui/form.js";
import { day } from "../ui/format.js";
import { Panel } from "../ui/panel.js";
import { PasskeyList } from "../ui/passkey-list.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { prepareRecoveryCodes, showRecoveryCodes } from "../ui/secrets.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();

const passwordForm = byId("password-form", HTMLFormElement);
enhance(passwordForm, async (fields) => {
  await account.changePassword({
    current_password: String(fields.get("current_password")),
    new_password: String(fields.get("new_password")),
  });
  passwordForm.reset();
  return text("Your password has been changed, and your other sessions have ended.");
});

const factors = new Panel("factors", {
  fetch: (signal) => account.factors(signal),
  render: (found) => {
    app.render(found.totp);
    passkeys.render(found.passkeys);
    const codes = found.recovery_codes;
    const hasFactor = found.totp !== null || found.passkeys.length > 0;
    byId("factors-required").hidden = !found.required || hasFactor;
    byId("codes-new").hidden = !hasFactor;
    byId("trusted").hidden = !hasFactor;
    byId("codes-state").textContent = codes
      ? text("{left} of them left. Created on {day}.", { left: codes.left, day: day(codes.created_at) })
      : text("You get them with your first authenticator app or passkey.");
  },
});

/**
 * Show a changed list, and what has changed.
 * @param {string} what
 * @param {string[]} [codes] new recovery codes, which are shown first
 */
async function changed(what, codes) {
  await showRecoveryCodes(codes);
  await factors.load();
  tell(byId("factors-done"), what);
}

const app = new AuthenticatorApp(account, changed);
const passkeys = new PasskeyList(account, changed);

onPress(byId("codes-new", HTMLButtonElement), byId("factors-problem"), async () => {
  tell(byId("factors-done"), "");
  const { recovery_codes: codes } = await withProof(() => account.newRecoveryCodes());
  await changed(text("You have new recovery codes. The previous ones don't work anymore."), codes);
});
onPress(byId("trusted-forget", HTMLButtonElement), byId("factors-problem"), async () => {
  await account.forgetTrustedDevices();
  tell(byId("factors-done"), text("All browsers need your second factor again."));
});
const connections = new Panel("connections", {
  fetch: (signal) => account.connections(signal),
  render: (found) => list.render(found),
});
const list = new ConnectionList(account, async (what) => {
  await connections.load();
  tell(byId("connections-done"), what);
});

prepareRecoveryCodes();
showPasswords();
factors.load();
connections.load();
