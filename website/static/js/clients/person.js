// @ts-check
import { ApiProblem } from "./api-problem.js";

const HEADER = "X-Answer-For";
const RELOADED = "vf-person-reloaded";

/** Whose page this is, as a mark that means nothing else; empty for nobody's. */
export const person = document.documentElement.dataset.person ?? "";

/**
 * Somebody can sign in as another person in a second tab. Then this tab's requests carry the other one's cookies, and
 * their answers must not be shown under the name on this page: it goes, and comes again as the other one's.
 * @param {Response} response
 */
export async function mustBeForThisPerson(response) {
  const mark = response.headers.get(HEADER);
  if (person === "" || mark === null || mark === person) return;
  if (!rememberReload(`${person} ${mark}`)) throw anotherPersons();
  await loadAnew();
}

/**
 * Take the page off the screen and load it again, for whoever is signed in now. The promise stays open. What the
 * person before searched for or opened is in the address: it goes too. The sign-in page keeps where it leads to.
 * @returns {Promise<never>}
 */
export function loadAnew() {
  document.documentElement.hidden = true;
  if (new URLSearchParams(location.search).has("next")) location.reload();
  else location.replace(location.pathname);
  return new Promise(() => {});
}

/** A new sign-in, or word from another tab: what was tried before means nothing any more. */
export function forgetReload() {
  try {
    sessionStorage.removeItem(RELOADED);
  } catch {
    // see rememberReload
  }
}

/**
 * False if a reload for the same reason was no help (the page and an API are not told the same person), or if that
 * cannot be known: the page must not reload for ever.
 * @param {string} reason
 */
function rememberReload(reason) {
  try {
    if (sessionStorage.getItem(RELOADED) === reason) return false;
    sessionStorage.setItem(RELOADED, reason);
    return true;
  } catch {
    return false; // the browser forbids storage
  }
}

function anotherPersons() {
  return new ApiProblem({
    status: 0,
    code: "another_person",
    detail: "You're now signed in as another user. Reload this page, or sign out and sign in again.",
  });
}
