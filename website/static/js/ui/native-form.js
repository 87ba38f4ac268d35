// @ts-check
import { forgetReload } from "../clients/person.js";
import { api } from "../clients/session.js";
import { byId } from "./dom.js";
import { duration } from "./format.js";
import { withFragment } from "./fragment.js";
import { text } from "./texts.js";

const NAME = "vf-sign-in-name";

/**
 * Prepare the sign-in form, which posts by itself: a navigation that follows at once waits for its cookies, which it
 * would not do for a script's request. The browser keeps the fragment across the redirects, and this tab the name,
 * for the page that says what was wrong.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
export function sendsItself(form, button) {
  const { textContent } = button;
  const name = /** @type {HTMLInputElement} */ (form.elements.namedItem("email"));
  const error = byId("login-error");
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    remember(name.value);
    forgetReload();
    attachKey(form);
    form.action = withFragment(form.action);
    button.setAttribute("aria-disabled", "true"); // a disabled button would lose the focus
    button.textContent = button.dataset.busy ?? "";
  });
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    button.textContent = textContent;
  });
  const before = recall();
  if (error.hidden) return;
  name.value ||= before;
  error.focus();
  countDown(error);
}

/**
 * Say how long to wait, each second for the eyes. A screen reader has heard the first sentence.
 * @param {HTMLElement} error
 */
function countDown(error) {
  const end = performance.now() + Number(error.dataset.wait ?? 0) * 1000;
  if (!error.dataset.wait) return;
  error.removeAttribute("role");
  const timer = setInterval(() => {
    const left = Math.ceil((end - performance.now()) / 1000);
    error.textContent =
      left > 0 ? text("Too many sign-in attempts. Try again in {duration}.", { duration: duration(left) }) : text("You can try again now.");
    if (left <= 0) clearInterval(timer);
  }, 1000);
}

/** @param {HTMLFormElement} form */
function attachKey(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("client_key"));
  const key = api.connection.clientKey();
  field.disabled = key === undefined;
  field.value = key ?? "";
}

/** @param {string} name */
function remember(name) {
  try {
    sessionStorage.setItem(NAME, name);
  } catch {
    // the browser blocks storage
  }
}

function recall() {
  try {
    const name = sessionStorage.getItem(NAME) ?? "";
    sessionStorage.removeItem(NAME);
    return name;
  } catch {
    return "";
  }
}
