// @ts-check
import { IdentityAPIClient } from "./identity-api-client.js";
import { forgetReload, loadAnew, person } from "./person.js";

const NOBODY = "";
const UNKNOWN = null;
const channel = new BroadcastChannel("vf-person");

const watching = new AbortController();
let current = new AbortController();

/** Tell the other tabs that somebody has signed in; who, they ask the server. */
export function tellOfSignIn() {
  forgetReload();
  leaveFor(UNKNOWN);
}

/** Tell the other tabs that nobody is signed in any more. */
export function tellOfSignOut() {
  leaveFor(NOBODY);
}

/** @param {string | null} who is signed in; this page is on its way to another one, and must not be loaded again */
function leaveFor(who) {
  watching.abort();
  current.abort();
  channel.postMessage(who);
}

/**
 * Know it when another person signs in, in another tab or on another host, and when this one signs out. A page that
 * shows nobody's name has nothing to take away.
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
 * Any answer says whom it is for, and `sendJson` looks. What else becomes of this one does not matter, but an expired
 * token is renewed for it: a denial does not say whose it was.
 */
function check() {
  current.abort();
  current = new AbortController();
  new IdentityAPIClient().profile(current.signal, { stay: true }).catch(() => {});
}
