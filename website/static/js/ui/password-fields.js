// @ts-check
import { text } from "./texts.js";

/** Measure each new password. The measure is loaded once the user comes to the field. */
function measureStrength() {
  for (const place of document.querySelectorAll("[data-strength-of]")) {
    const input = document.getElementById(/** @type {HTMLElement} */ (place).dataset.strengthOf ?? "");
    if (!(input instanceof HTMLInputElement) || !(place instanceof HTMLElement)) continue;
    const load = () => import("./password-strength.js").then(({ showStrength }) => showStrength(place, input));
    input.addEventListener("focus", load, { once: true });
  }
}

/** Let each "Show" button show and hide the password that its `data-show` names. */
export function showPasswords() {
  measureStrength();
  for (const button of document.querySelectorAll("button[data-show]")) {
    const input = document.getElementById(/** @type {HTMLElement} */ (button).dataset.show ?? "");
    if (!(input instanceof HTMLInputElement) || !(button instanceof HTMLButtonElement)) continue;
    /** @param {boolean} visible */
    const set = (visible) => {
      input.type = visible ? "text" : "password";
      button.textContent = visible ? text("Hide") : text("Show");
      button.setAttribute("aria-pressed", String(visible));
    };
    button.addEventListener("click", () => set(input.type === "password"));
    input.form?.addEventListener("submit", () => set(false), { capture: true }); // browsers offer to save passwords only
    button.hidden = false;
  }
}
