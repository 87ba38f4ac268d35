// @ts-check
import { ApiProblem } from "./api-problem.js";
import { apiBase } from "./api-base.js";
import { sendJson } from "./send-json.js";

const LOCK = "vf-session-refresh";
const RENEWED_AT = "vf-session-renewed-at";

/**
 * Renews the access token when it has expired, once, however many calls and tabs notice it together.
 *
 * The tokens are in HttpOnly cookies: no script sees them. What the tabs share is a lock (so that one asks
 * while the others wait) and the time of the last renewal (so that those who waited do not ask again).
 */
export class Session {
  /** @type {Promise<boolean> | null} */
  #inFlight = null;
  #renewedAt = 0;
  #identityBase;

  /** @param {string} [identityBase] */
  constructor(identityBase = apiBase("identity")) {
    this.#identityBase = identityBase;
  }

  /**
   * Make the access token good again for a request that was sent at `sentAt` and answered with 401.
   * @param {number} sentAt milliseconds since 1970
   * @returns {Promise<boolean>} false if the person has to sign in; throws an ApiProblem if nobody can tell now
   */
  refresh(sentAt) {
    this.#inFlight ??= this.#oneTabAtATime(sentAt).finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight;
  }

  /**
   * Leave for the sign-in page, which comes back to this one. The promise stays open: the page is going away.
   * @returns {Promise<never>}
   */
  signInAgain() {
    const here = location.pathname + location.search;
    location.assign(`/api/auth/continue/?next=${encodeURIComponent(here)}`);
    return new Promise(() => {});
  }

  /** @param {number} sentAt */
  async #oneTabAtATime(sentAt) {
    if (!navigator.locks) return this.#unlessRenewedSince(sentAt); // plain HTTP on a name other than localhost
    return navigator.locks.request(LOCK, () => this.#unlessRenewedSince(sentAt));
  }

  /** @param {number} sentAt */
  async #unlessRenewedSince(sentAt) {
    if (Math.max(this.#renewedAt, readSharedTime()) > sentAt) return true;
    try {
      await sendJson(`${this.#identityBase}/api/auth/refresh/`, { method: "POST" });
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 401) return false;
      throw problem;
    }
    this.#renewedAt = Date.now();
    writeSharedTime(this.#renewedAt);
    return true;
  }
}

/** The page's one session, which all API clients share. */
export const session = new Session();

/** Storage can be forbidden by the browser; then each tab knows only of its own renewals. */
function readSharedTime() {
  try {
    return Number(localStorage.getItem(RENEWED_AT)) || 0;
  } catch {
    return 0;
  }
}

/** @param {number} time */
function writeSharedTime(time) {
  try {
    localStorage.setItem(RENEWED_AT, String(time));
  } catch {
    // see readSharedTime
  }
}
