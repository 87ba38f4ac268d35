// @ts-check
import { byId } from "./dom.js";
import { onPress, tell } from "./form.js";

/**
 * Offer other providers on the sign-in page. Without any, or if the list can't be had, the page stays as it is.
 * @param {import("../clients/sign-in-api-client.js").SignInAPIClient} client
 * @param {HTMLFormElement} form whose "keep me signed in" and next page apply to providers too
 * @param {HTMLElement} problem
 */
export async function offerProviders(client, form, problem) {
  const providers = await client.providers().catch(() => []);
  const buttons = providers.map(({ id, name }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary w-100";
    button.textContent = `Sign in with ${name}`;
    button.dataset.busy = "Redirecting…";
    onPress(button, problem, async () => {
      tell(problem, "");
      const rememberMe = new FormData(form).has("remember_me");
      await leaveFor(client.beginWithProvider(id, { next: form.dataset.next ?? "/", rememberMe }));
    });
    return button;
  });
  const place = byId("login-providers");
  place.replaceChildren(...buttons);
  place.hidden = buttons.length === 0;
}

/**
 * Go to a provider's page, and keep the button busy meanwhile.
 * @param {Promise<{url: string}>} begun
 */
export async function leaveFor(begun) {
  location.assign((await begun).url);
  await new Promise((resolve) => addEventListener("pageshow", resolve, { once: true })); // back from the other page
}
