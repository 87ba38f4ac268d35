// @ts-check
import { ApiProblem } from "./api-problem.js";
import { apiBase } from "./api-base.js";
import { clientKey } from "./client-key.js";
import { sendJson } from "./send-json.js";

const LOCK = "vf-session-refresh";
const RENEWAL = "vf-session-renewal";
const NUMBER = `${RENEWAL}-`;

/**
 * Renews the access token when it has expired, once, however many calls and tabs notice it together.
 *
 * The tokens are in HttpOnly cookies: no script sees them, nor when they expire. A 401 says so, and nothing here reads
 * a clock: a computer's clock jumps, forward and back. Renewals are numbered. What the tabs share is a lock, so that
 * one asks while the others wait, and the number of the last renewal, so that those who waited do not ask again. Each
 * tab can read the number from localStorage at once, but there it can arrive late. The tab that renewed therefore also
 * holds a lock with the number in its name, and locks are the same for all tabs at any moment.
 */
export class Session {
  /** @type {Promise<"renewed" | "elsewhere" | "refused"> | null} */
  #inFlight = null;
  #latest = 0;
  /** @type {() => void} */
  #releaseNumber = () => {};
  #identityBase;

  /** @param {string} [identityBase] */
  constructor(identityBase = apiBase("identity")) {
    this.#identityBase = identityBase;
  }

  /**
   * The number of the last renewal that this tab knows of, its own or another tab's.
   * @returns {number}
   */
  renewals() {
    this.#latest = Math.max(this.#latest, numberOf(readShared()));
    return this.#latest;
  }

  /**
   * Make the access token good again for a request that was answered with 401.
   *
   * "elsewhere" is a hint alone, since anything can be in the browser's storage: if the request is refused again, ask
   * with the number of now.
   * @param {number} seen {@link renewals} from before the request
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
   * @param {number} seen
   * @returns {Promise<"renewed" | "elsewhere" | "refused">}
   */
  async #oneTabAtATime(seen) {
    if (!navigator.locks) return this.#unlessRenewedSince(seen); // plain HTTP on a name other than localhost
    return navigator.locks.request(LOCK, async () => {
      const { held = [] } = await navigator.locks.query();
      const numbers = held.map(({ name = "" }) => (name.startsWith(NUMBER) ? numberOf(name.slice(NUMBER.length)) : 0));
      this.#latest = Math.max(this.#latest, ...numbers);
      return this.#unlessRenewedSince(seen);
    });
  }

  /**
   * @param {number} seen
   * @returns {Promise<"renewed" | "elsewhere" | "refused">}
   */
  async #unlessRenewedSince(seen) {
    if (this.renewals() > seen) return "elsewhere";
    try {
      const body = { client_key: clientKey() };
      await sendJson(`${this.#identityBase}/api/auth/refresh/`, { method: "POST", body });
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 401) return "refused";
      throw problem;
    }
    this.#latest += 1;
    writeShared(String(this.#latest));
    await this.#holdNumber();
    return "renewed";
  }

  /** Show the number of this renewal until the next one of this tab, or until the tab is closed. */
  async #holdNumber() {
    if (!navigator.locks) return;
    const releaseLast = this.#releaseNumber;
    await new Promise((granted) => {
      navigator.locks.request(NUMBER + this.#latest, { mode: "shared" }, () => {
        granted(null);
        return new Promise((release) => {
          this.#releaseNumber = () => release(null);
        });
      });
    });
    releaseLast();
  }
}

/** The page's one session, which all API clients share. */
export const session = new Session();

/**
 * @param {string} text from the storage or a lock's name
 * @returns {number} 0 for anything but a number that can be counted on
 */
function numberOf(text) {
  const number = Number(text);
  return Number.isSafeInteger(number + 1) && number > 0 ? number : 0;
}

/** Storage can be forbidden by the browser; then the numbers are in the locks alone. */
function readShared() {
  try {
    return localStorage.getItem(RENEWAL) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} number */
function writeShared(number) {
  try {
    localStorage.setItem(RENEWAL, number);
  } catch {
    // see readShared
  }
}
