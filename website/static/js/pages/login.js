// @ts-check
import { ApiProblem } from "../clients/api-problem.js";
import { IdentityAPIClient } from "../clients/identity-api-client.js";
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { byId } from "../ui/dom.js";
import { explanation } from "../ui/explanation.js";
import { enhance, onPress } from "../ui/form.js";
import { duration } from "../ui/format.js";
import { withFragment } from "../ui/fragment.js";
import { continueAfterProvider, showProviders } from "../ui/other-providers.js";
import { requirePasskeys, usePasskey } from "../ui/passkeys.js";
import { showPasswords } from "../ui/password-fields.js";
import { SignInSteps } from "../ui/sign-in-steps.js";

/** @param {unknown} problem */
function explain(problem) {
  if (problem instanceof ApiProblem && problem.status === 429 && problem.retryAfter !== null) {
    return `Too many sign-in attempts. Try again in ${duration(problem.retryAfter)}.`;
  }
  return explanation(problem, "Couldn't sign you in. Reload the page and try again.");
}

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
    await new IdentityAPIClient().profile(undefined, { stay: true });
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
  const send = (/** @type {FormData} */ fields) =>
    client.login({
      username: String(fields.get("email")).trim(),
      password: String(fields.get("password")),
      rememberMe: fields.has("remember_me"),
    });
  enhance(form, (fields) => steps.follow(send(fields)), explain);
  onPress(byId("login-passkey", HTMLButtonElement), byId("login-error"), async () => {
    requirePasskeys();
    const credential = await usePasskey(await client.passkeyOptions());
    await steps.follow(client.signInWithPasskey({ credential, rememberMe: new FormData(form).has("remember_me") }));
  });
  showPasswords();
  continueAfterProvider(client);
  showProviders(client, form);
  if ("renew" in form.dataset) renew(form, button);
}

for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.setAttribute("href", withFragment(link.getAttribute("href") ?? "/"));
}
