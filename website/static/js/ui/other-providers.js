// @ts-check
import { byId, repeat } from "./dom.js";
import { onPress } from "./form.js";
import { showStep } from "./sign-in-steps.js";
import { text } from "./texts.js";

const STEPS = ["verify_email", "mfa"];

/** @typedef {import("../clients/sign-in-api-client.js").SignInAPIClient} SignInAPIClient */

/**
 * Show a button for each other provider. If they can't be listed, the page works without them.
 * @param {SignInAPIClient} client
 * @param {HTMLFormElement} form the sign-in form
 */
export async function showProviders(client, form) {
  const providers = await client.providers().catch(() => []);
  repeat(byId("login-providers"), "provider-button", providers, (row, { id, name }) => {
    const button = /** @type {HTMLButtonElement} */ (row.querySelector("button"));
    button.textContent = text("Continue with {name}", { name });
    onPress(button, byId("login-error"), async () => {
      const next = form.dataset.next ?? "/";
      const rememberMe = new FormData(form).has("remember_me");
      await leaveFor(client.beginWithProvider(id, { next, rememberMe }));
    });
  });
}

/**
 * Go to a provider's page. The caller's button stays busy until the browser has left this page, or is back on it.
 * @param {Promise<{url: string}>} begun
 */
export async function leaveFor(begun) {
  location.assign((await begun).url);
  await new Promise((resolve) => addEventListener("pageshow", resolve, { once: true }));
}

/**
 * Show the step that follows a provider's sign-in (`?step=`, and `?methods=` of the step `mfa`).
 */
export function continueAfterProvider() {
  const query = new URLSearchParams(location.search);
  const step = query.get("step");
  if (step === null || !STEPS.includes(step)) return;
  showStep(step, query.get("methods")?.split(","));
}
