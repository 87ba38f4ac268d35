// @ts-check
import { api } from "../clients/session.js";
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { byId } from "../ui/dom.js";
import { explanation } from "../ui/explanation.js";
import { onPress, tell } from "../ui/form.js";
import { withFragment } from "../ui/fragment.js";
import { continueAfterProvider, showProviders } from "../ui/other-providers.js";
import { requirePasskeys, stopSuggestingPasskeys, suggestPasskeys, usePasskey } from "../ui/passkeys.js";
import { showPasswords } from "../ui/password-fields.js";
import { pendingFlow } from "../ui/pending-flow.js";
import { sendsItself } from "../ui/native-form.js";
import { SignInSteps } from "../ui/sign-in-steps.js";
import { text } from "../ui/texts.js";

/**
 * Continue if another tab was renewing the session when this tab requested its page. By now the cookies have arrived,
 * or the browser's client key can renew them. Otherwise, the form stays.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function renew(form, button) {
  const { textContent } = button;
  button.disabled = true;
  button.textContent = button.dataset.busy ?? "";
  try {
    await api.getProfile({ signIn: false });
    location.replace(withFragment(form.dataset.next ?? "/"));
  } catch {
    button.disabled = false;
    button.textContent = textContent;
  }
}

/**
 * Suggest passkeys, unless another tab waits for a code.
 * @param {HTMLFormElement} form
 * @param {SignInAPIClient} client
 * @param {SignInSteps} steps
 */
async function suggestUnlessPending(form, client, steps) {
  if (!(await pendingFlow.exists())) await suggest(form, client, steps);
}

/**
 * Suggest passkeys in the field for the username, and sign in with the one that the user chooses.
 * @param {HTMLFormElement} form
 * @param {SignInAPIClient} client
 * @param {SignInSteps} steps
 */
async function suggest(form, client, steps) {
  const credential = await suggestPasskeys(() => client.passkeyOptions());
  if (credential === null) return;
  const rememberMe = new FormData(form).has("remember_me");
  try {
    await steps.follow(client.signInWithPasskey({ credential, rememberMe }));
  } catch (problem) {
    tell(byId("login-error"), explanation(problem, text("That didn't work. Reload the page and try again.")));
    suggest(form, client, steps);
  }
}

const form = document.getElementById("login-form");
if (form instanceof HTMLFormElement) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button[type="submit"]'));
  const client = new SignInAPIClient();
  const steps = new SignInSteps(client, form.dataset.next ?? "/");
  sendsItself(form, button);
  onPress(byId("login-passkey", HTMLButtonElement), byId("login-error"), async () => {
    requirePasskeys();
    stopSuggestingPasskeys();
    const credential = await usePasskey(await client.passkeyOptions());
    await steps.follow(client.signInWithPasskey({ credential, rememberMe: new FormData(form).has("remember_me") }));
  });
  showPasswords();
  continueAfterProvider();
  showProviders(client, form);
  if ("renew" in form.dataset) renew(form, button);
  else suggestUnlessPending(form, client, steps);
}

for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.setAttribute("href", withFragment(link.getAttribute("href") ?? "/"));
}
