// @ts-check
import { ApiError } from "../../clients/src/errors.js";

const HEADER = "X-Answer-For";
const RELOADED = "vf-person-reloaded";

/** An opaque mark of this page's user; empty for anonymous users. */
export const person = document.documentElement.dataset.person ?? "";

/**
 * Reload the page if the response is for another user. After a sign-in as another user in a second tab, this tab sends
 * that user's cookies. Without this check, that user's data would appear under the first user's name.
 * @param {Response} response
 */
export async function mustBeForThisPerson(response) {
  const mark = response.headers.get(HEADER);
  if (person === "" || mark === null || mark === person) return;
  if (!rememberReload(`${person} ${mark}`)) throw anotherPersons();
  await loadAnew();
}

/**
 * Hide the page and load it again for the current user. The promise stays pending. The query is removed, because it
 * can contain the previous user's search. The sign-in page keeps its `next` parameter.
 * @returns {Promise<never>}
 */
export function loadAnew() {
  document.documentElement.hidden = true;
  if (new URLSearchParams(location.search).has("next")) location.reload();
  else location.replace(location.pathname);
  return new Promise(() => {});
}

/** Allow a reload again, after a sign-in or a message from another tab. */
export function forgetReload() {
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // see rememberReload
  }
}

/**
 * Remember a reload and its reason. Return false if a reload for this reason didn't help (the page and an API see
 * different users) or the browser blocks storage. This prevents endless reloads.
 * @param {string} reason
 */
function rememberReload(reason) {
  try {
    if (sessionStorage.getItem(RELOADED) === reason) return false;
    sessionStorage.setItem(RELOADED, reason);
    return true;
  } catch {
    return false; // the browser blocks storage
  }
}

function anotherPersons() {
  return new ApiError({
    status: 0,
    code: "another_person",
    detail: "You're now signed in as another user. Reload this page, or sign out and sign in again.",
  });
}
