// @ts-check
import { forgetReload, loadAnew, person } from "./person.js";
import { api } from "./session.js";

const NOBODY = "";
const UNKNOWN = null;
const channel = new BroadcastChannel("vf-person");

const watching = new AbortController();
let current = new AbortController();

/** Tell the other tabs that a user has signed in. They ask the server which user. */
export function tellOfSignIn() {
  forgetReload();
  leaveFor(UNKNOWN);
}

/** Tell the other tabs that the user has signed out. */
export function tellOfSignOut() {
  leaveFor(NOBODY);
}

/** @param {string | null} who is signed in now. Stops watching: this page is already loading another one. */
function leaveFor(who) {
  watching.abort();
  current.abort();
  channel.postMessage(who);
}

/**
 * Reload this page when the user signs out or another user signs in, in another tab or on another host. A page of an
 * anonymous user has nothing to hide.
 */
export function watchPerson() {
  if (person === "") return;
  const { signal } = watching;
  /** @param {MessageEvent<string | null>} message */
  const onMessage = ({ data }) => {
    if (data === person) return;
    forgetReload();
    if (data === NOBODY) loadAnew();
    else check();
  };
  channel.addEventListener("message", onMessage, { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check(), { signal });
  addEventListener("focus", check, { signal }); // two windows can be visible together
  channel.postMessage(person);
}

/**
 * Send any request: `session.js` checks the user that the response names. An expired token is renewed first, because a
 * denial names no user.
 */
function check() {
  current.abort();
  current = new AbortController();
  api.getProfile({ signal: current.signal, signIn: false }).catch(() => {});
}
