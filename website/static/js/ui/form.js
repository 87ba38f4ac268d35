// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { explanation } from "./explanation.js";
import { text } from "./texts.js";

/** The user changed their mind: nothing failed, so nothing is reported. */
export class Canceled extends Error {}

/**
 * Let a script send a form. Its button is disabled and shows its `data-busy` text meanwhile.
 *
 * A problem of a field appears in its `[data-error-for]`, any other in the form's `[data-form-error]`, and the focus
 * moves there. `[data-form-done]` shows the text that `send` returns.
 * @param {HTMLFormElement} form
 * @param {(fields: FormData) => Promise<string | void>} send
 * @param {(problem: unknown) => string} [explain]
 */
export function enhance(form, send, explain = failed) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button:not([type='button'])"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clear(form);
    await whileBusy(button, async () => {
      try {
        show(form, "[data-form-done]", (await send(new FormData(form))) ?? "");
      } catch (problem) {
        if (!(problem instanceof Canceled)) report(form, problem, explain);
      }
    });
  });
  button.disabled = false;
}

/**
 * Let a button outside of forms do something that can fail. The failure appears in `place`.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place
 * @param {() => Promise<void>} act
 */
export function onPress(button, place, act) {
  button.addEventListener("click", () =>
    whileBusy(button, async () => {
      tell(place, "");
      try {
        await act();
      } catch (problem) {
        if (!(problem instanceof Canceled)) tell(place, failed(problem));
      }
    }),
  );
  button.disabled = false;
}

/**
 * Show a message, and move the focus to it. Without a message, hide it.
 * @param {HTMLElement} place
 * @param {string} message
 */
export function tell(place, message) {
  place.textContent = message;
  place.hidden = message === "";
  if (message) place.focus();
}

/** @param {HTMLFormElement} form */
export function clear(form) {
  show(form, "[data-form-error]", "");
  show(form, "[data-form-done]", "");
  for (const place of form.querySelectorAll("[data-error-for]")) setFieldError(form, /** @type {HTMLElement} */ (place), "");
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} act
 */
async function whileBusy(button, act) {
  const { textContent } = button;
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  if (button.dataset.busy) button.textContent = button.dataset.busy;
  try {
    await act();
  } finally {
    button.disabled = false;
    button.textContent = textContent;
    if (hadFocus && document.activeElement === document.body) button.focus(); // a disabled button loses it
  }
}

/** @param {unknown} problem */
function failed(problem) {
  return explanation(problem, text("That didn't work. Reload the page and try again."));
}

/**
 * @param {HTMLFormElement} form
 * @param {unknown} problem
 * @param {(problem: unknown) => string} explain
 */
function report(form, problem, explain) {
  /** @type {Map<string | undefined, string>} */
  const errors = new Map(problem instanceof ApiError ? [...problem.fieldErrors()].map(inLanguage) : []);
  const places = [...form.querySelectorAll("[data-error-for]")].map((place) => /** @type {HTMLElement} */ (place));
  const shown = places.filter((place) => setFieldError(form, place, errors.get(place.dataset.errorFor) ?? ""));
  const names = shown.map((place) => place.dataset.errorFor);
  const rest = [...errors].filter(([name]) => !names.includes(name)).map(([, message]) => message);
  if (shown.length === 0 || rest.length > 0) show(form, "[data-form-error]", rest.join(" ") || explain(problem));
  else field(form, names[0])?.focus();
}

/** @param {[string, string]} entry a field's name, and its problem */
function inLanguage([name, message]) {
  return /** @type {[string, string]} */ ([name, text(message)]);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 * @param {string} message
 */
function setFieldError(form, place, message) {
  place.textContent = message;
  place.hidden = message === "";
  const input = field(form, place.dataset.errorFor);
  if (message) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
  return message !== "";
}

/**
 * @param {HTMLFormElement} form
 * @param {string | undefined} name
 */
function field(form, name) {
  const found = form.elements.namedItem(name ?? "");
  return found instanceof HTMLElement ? found : undefined;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} selector
 * @param {string} message
 */
function show(form, selector, message) {
  const place = form.querySelector(selector);
  if (place instanceof HTMLElement) tell(place, message);
}
