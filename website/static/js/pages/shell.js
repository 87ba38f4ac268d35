// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { tellOfSignOut, watchPerson } from "../clients/person-watch.js";
import { api } from "../clients/session.js";
import { disclose } from "../ui/disclosure.js";
import { byId } from "../ui/dom.js";
import { problemText } from "../ui/explanation.js";
import { preparePreferences } from "../ui/preferences.js";
import { text } from "../ui/texts.js";

/**
 * End the session on the server and in this browser, then go to the sign-in page.
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} end
 */
async function leave(button, end) {
  button.disabled = true;
  try {
    await end();
    tellOfSignOut();
    location.assign(button.dataset.next ?? "/");
  } catch (problem) {
    button.disabled = false;
    const reason = problem instanceof ApiError ? problemText(problem) : "";
    const message = byId("shell-error");
    message.textContent = text("Sign-out failed. You're still signed in. {reason}", { reason });
    message.hidden = false;
    message.focus();
  }
}

const ways = { "sign-out": () => api.logout(), "stop-acting": () => api.identity.post("/api/auth/impersonation/stop/", undefined, { renew: false }) };
for (const [id, end] of Object.entries(ways)) {
  const button = document.getElementById(id);
  if (!(button instanceof HTMLButtonElement)) continue;
  (button.form ?? button).addEventListener(button.form ? "submit" : "click", (event) => {
    event.preventDefault();
    leave(button, end);
  });
}

for (const button of document.querySelectorAll("button[aria-controls]")) {
  if (button instanceof HTMLButtonElement) disclose(button);
}

preparePreferences();
watchPerson();

// "Back" after sign-out must not show the user's data from the back/forward cache, not even until the page has been
// reloaded.
addEventListener("pagehide", (event) => {
  if (event.persisted) document.documentElement.hidden = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
