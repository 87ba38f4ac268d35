// @ts-check
import { ApiProblem } from "./api-problem.js";
import { apiBase } from "./api-base.js";
import { clientKey } from "./client-key.js";
import { sendJson } from "./send-json.js";

const LOCK = "vf-session-refresh";
const RENEWAL = "vf-session-renewal";
const NUMBER = `${RENEWAL}-`;

/**
 * Renewal of the access token: once per expiry, however many calls and tabs get a 401 at the same time.
 *
 * The tokens are in HttpOnly cookies, so scripts can't read them or their expiry. Only a 401 shows that a token has
 * expired. No code here reads the clock, which can jump in either direction. Renewals are numbered. Tabs share a lock,
 * so that one renews while the others wait, and the number of the last renewal, so that the others don't renew again.
 * The number is in localStorage, where other tabs may see it late. So the tab that renewed also holds a lock whose name
 * contains the number: all tabs see the same locks at any time.
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
   * Return the number of the last renewal that this tab knows of, its own or another tab's.
   * @returns {number}
   */
  renewals() {
    this.#latest = Math.max(this.#latest, numberOf(readShared()));
    return this.#latest;
  }

  /**
   * Renew the access token after a 401.
   *
   * "elsewhere" is only a hint, because the browser's storage can contain anything. If the request gets a 401 again,
   * call this with the current number.
   * @param {number} seen {@link renewals} from before the request
   * @returns {Promise<"renewed" | "elsewhere" | "refused">} renewed by this tab, by another one since `seen`, or the
   *   user has to sign in; throws an ApiProblem if the identity provider is unreachable
   */
  refresh(seen) {
    this.#inFlight ??= this.#oneTabAtATime(seen).finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight;
  }

  /**
   * Go to the sign-in page, which returns to this one. The promise stays pending while the browser leaves the page.
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
    if (!navigator.locks) return this.#unlessRenewedSince(seen); // no locks with plain HTTP on a host other than localhost
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

  /** Hold the lock with this renewal's number until this tab's next renewal, or until the tab is closed. */
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

/** The page's session, shared by all API clients. */
export const session = new Session();

/**
 * @param {string} text from the storage or a lock's name
 * @returns {number} 0 for anything but a positive number that can be incremented
 */
function numberOf(text) {
  const number = Number(text);
  return Number.isSafeInteger(number + 1) && number > 0 ? number : 0;
}

/** Read the number. If the browser blocks storage, only the locks contain numbers. */
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
