// @ts-check
import { ApiProblem } from "./api-problem.js";
import { apiBase } from "./api-base.js";
import { sendJson } from "./send-json.js";

const LOCK = "vf-session-refresh";
const RENEWAL = "vf-session-renewal";

/**
 * Renews the access token when it has expired, once, however many calls and tabs notice it together.
 *
 * The tokens are in HttpOnly cookies: no script sees them, nor when they expire. A 401 says so, and nothing here reads
 * a clock: a computer's clock jumps, forward and back. What the tabs share is a lock (so that one asks while the
 * others wait) and a mark of the last renewal (so that those who waited do not ask again).
 */
export class Session {
  /** @type {Promise<"renewed" | "elsewhere" | "refused"> | null} */
  #inFlight = null;
  #ownRenewals = 0;
  #identityBase;

  /** @param {string} [identityBase] */
  constructor(identityBase = apiBase("identity")) {
    this.#identityBase = identityBase;
  }

  /**
   * What this tab knows of renewals, its own and those of others. It means nothing, and is another after a renewal.
   * @returns {string}
   */
  renewals() {
    return `${this.#ownRenewals} ${readSharedMark()}`;
  }

  /**
   * Make the access token good again for a request that was answered with 401.
   *
   * "elsewhere" is a hint alone, since anything can be in the browser's storage: if the request is refused again, ask
   * with null.
   * @param {string | null} seen {@link renewals} from before the request; null to ask the server in any case
   * @returns {Promise<"renewed" | "elsewhere" | "refused">} by this tab, by another one since `seen`, or the person
   *   has to sign in; throws an ApiProblem if nobody can tell now
   */
  refresh(seen) {
    this.#inFlight ??= this.#oneTabAtATime(seen).finally(() => {
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
    location.assign(`/api/auth/continue/?next=${encodeURIComponent(here)}${location.hash}`); // see ui/fragment.js
    return new Promise(() => {});
  }

  /**
   * A tab that finds the lock taken does not ask after its turn has come: what the other one stored can arrive later
   * than the lock, and then a second renewal would follow the first.
   * @param {string | null} seen
   * @returns {Promise<"renewed" | "elsewhere" | "refused">}
   */
  async #oneTabAtATime(seen) {
    const renew = () => this.#unlessRenewedSince(seen);
    if (!navigator.locks) return renew(); // plain HTTP on a name other than localhost
    const atOnce = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? renew() : null));
    if (atOnce !== null) return atOnce;
    return navigator.locks.request(LOCK, () => (seen === null ? renew() : "elsewhere"));
  }

  /**
   * @param {string | null} seen
   * @returns {Promise<"renewed" | "elsewhere" | "refused">}
   */
  async #unlessRenewedSince(seen) {
    if (seen !== null && seen !== this.renewals()) return "elsewhere";
    try {
      await sendJson(`${this.#identityBase}/api/auth/refresh/`, { method: "POST" });
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 401) return "refused";
      throw problem;
    }
    this.#ownRenewals += 1;
    writeSharedMark(String(Math.random()));
    return "renewed";
  }
}

/** The page's one session, which all API clients share. */
export const session = new Session();

/** Storage can be forbidden by the browser; then each tab knows only of its own renewals. */
function readSharedMark() {
  try {
    return localStorage.getItem(RENEWAL) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} mark */
function writeSharedMark(mark) {
  try {
    localStorage.setItem(RENEWAL, mark);
  } catch {
    // see readSharedMark
  }
}
