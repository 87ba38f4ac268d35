// @ts-check
import { api } from "../clients/session.js";
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { byId } from "../ui/dom.js";
import { onPress } from "../ui/form.js";
import { withFragment } from "../ui/fragment.js";
import { continueAfterProvider, showProviders } from "../ui/other-providers.js";
import { requirePasskeys, usePasskey } from "../ui/passkeys.js";
import { showPasswords } from "../ui/password-fields.js";
import { sendsItself } from "../ui/native-form.js";
import { SignInSteps } from "../ui/sign-in-steps.js";

/**
 * Continue if another tab was renewing the session when this tab requested its page. By now the cookies have arrived,
 * or the browser's client key can renew them. Otherwise, the form stays.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function renew(form, button) {
  button.disabled = true;
  button.textContent = "Signing in…";
  try {
    await api.getProfile({ signIn: false });
    location.replace(withFragment(form.dataset.next ?? "/"));
  } catch {
    button.disabled = false;
    button.textContent = "Sign in";
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
    const credential = await usePasskey(await client.passkeyOptions());
    await steps.follow(client.signInWithPasskey({ credential, rememberMe: new FormData(form).has("remember_me") }));
  });
  showPasswords();
  continueAfterProvider();
  showProviders(client, form);
  if ("renew" in form.dataset) renew(form, button);
}

for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.setAttribute("href", withFragment(link.getAttribute("href") ?? "/"));
}
