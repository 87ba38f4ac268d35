// @ts-check
import { ApiProblem } from "../clients/api-problem.js";
import { IdentityAPIClient } from "../clients/identity-api-client.js";
import { tellOfSignIn } from "../clients/person-watch.js";
import { byId } from "../ui/dom.js";
import { duration } from "../ui/format.js";
import { withFragment } from "../ui/fragment.js";

const identity = new IdentityAPIClient();

/** @param {HTMLFormElement} form */
function credentials(form) {
  const fields = new FormData(form);
  return {
    username: String(fields.get("email")).trim(),
    password: String(fields.get("password")),
    rememberMe: fields.has("remember_me"),
  };
}

/** @param {unknown} problem */
function explanation(problem) {
  if (!(problem instanceof ApiProblem)) return "Couldn't sign you in. Reload the page and try again.";
  if (problem.status !== 429 || problem.retryAfter === null) return problem.detail;
  return `Too many sign-in attempts. Try again in ${duration(problem.retryAfter)}.`;
}

/** @param {string} text */
function showError(text) {
  const error = byId("login-error");
  error.textContent = text;
  error.hidden = text === "";
  if (text) error.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function signIn(form, button) {
  showError("");
  setBusy(button, true);
  try {
    await identity.login(credentials(form));
    tellOfSignIn();
    location.assign(withFragment(form.dataset.next ?? "/"));
  } catch (problem) {
    setBusy(button, false);
    showError(explanation(problem));
  }
}

/**
 * Continue if another tab was renewing the session when this tab requested its page. By now the cookies have arrived,
 * or the browser's client key can renew them. Otherwise, the form stays.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 */
async function renew(form, button) {
  setBusy(button, true);
  try {
    await identity.profile(undefined, { stay: true });
    location.replace(withFragment(form.dataset.next ?? "/"));
  } catch {
    setBusy(button, false);
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {boolean} busy
 */
function setBusy(button, busy) {
  button.disabled = busy;
  button.textContent = busy ? "Signing in…" : "Sign in";
}

const form = document.getElementById("login-form");
if (form instanceof HTMLFormElement) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button[type="submit"]'));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!button.disabled) signIn(form, button);
  });
  button.disabled = false;
  if ("renew" in form.dataset) renew(form, button);
}

for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.setAttribute("href", withFragment(link.getAttribute("href") ?? "/"));
}
