// @ts-check
import { ApiProblem } from "../clients/api-problem.js";
import { IdentityAPIClient } from "../clients/identity-api-client.js";
import { tellOfSignOut, watchPerson } from "../clients/person-watch.js";
import { disclose } from "../ui/disclosure.js";
import { byId } from "../ui/dom.js";

/**
 * End the session on the server and in this browser, then go to the sign-in page.
 * @param {HTMLButtonElement} button
 */
async function signOut(button) {
  button.disabled = true;
  try {
    await new IdentityAPIClient().logout();
    tellOfSignOut();
    location.assign(button.dataset.next ?? "/");
  } catch (problem) {
    button.disabled = false;
    const reason = problem instanceof ApiProblem ? problem.detail : "";
    const message = byId("shell-error");
    message.textContent = `Sign-out failed. You're still signed in. ${reason}`;
    message.hidden = false;
    message.focus();
  }
}

const signOutButton = document.getElementById("sign-out");
if (signOutButton instanceof HTMLButtonElement) {
  signOutButton.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    signOut(signOutButton);
  });
}

for (const button of document.querySelectorAll("button[aria-controls]")) {
  if (button instanceof HTMLButtonElement) disclose(button);
}

watchPerson();

// "Back" after sign-out must not show the user's data from the back/forward cache, not even until the page has been
// reloaded.
addEventListener("pagehide", (event) => {
  if (event.persisted) document.documentElement.hidden = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
