// @ts-check
import { ApiError } from "./errors.js";

const LOCK = "vf-session-refresh";
const RENEWAL = "vf-session-renewal";
const NUMBER = `${RENEWAL}-`;

/** @typedef {"renewed" | "elsewhere" | "refused"} Outcome */

/**
 * @typedef {object} Storage what localStorage offers. Its methods may throw.
 * @property {(name: string) => string | null} getItem
 * @property {(name: string, value: string) => void} setItem
 */

/** @typedef {() => Storage | null | undefined} FindStorage looks the storage up; may throw */

/**
 * @typedef {object} Lock what navigator.locks offers
 * @property {(name: string, options: {mode?: "exclusive" | "shared"}, callback: () => Promise<any>) => Promise<any>} request
 * @property {() => Promise<{held?: {name?: string}[]}>} query
 */

/**
 * Renewal of the access token: once per expiry, however many calls and tabs get a 401 at the same time.
 *
 * The tokens are in HttpOnly cookies, so scripts can't read them or their expiry. Only a 401 shows that a token has
 * expired. No code here reads the clock, which can jump in either direction. Renewals are numbered. Tabs share a lock,
 * so that one renews while the others wait, and the number of the last renewal, so that the others don't renew again.
 * The number is in the storage, where other tabs may see it late. So the tab that renewed also holds a lock whose name
 * contains the number: all tabs see the same locks at any time.
 */
export class Session {
  /** @type {Promise<Outcome> | null} */
  #inFlight = null;
  #latest = 0;
  /** @type {() => void} */
  #releaseNumber = () => {};
  #renew;
  #storage;
  #lock;

  /**
   * @param {object} parts
   * @param {() => Promise<unknown>} parts.renew sends the request; a 401 means that the session has ended
   * @param {FindStorage} parts.storage
   * @param {() => Lock | null | undefined} parts.lock
   */
  constructor({ renew, storage, lock }) {
    this.#renew = renew;
    this.#storage = storage;
    this.#lock = lock;
  }

  /**
   * Return the number of the last renewal that this tab knows of, its own or another tab's.
   * @returns {number}
   */
  renewals() {
    this.#latest = Math.max(this.#latest, numberOf(this.#read()));
    return this.#latest;
  }

  /**
   * Renew the access token after a 401.
   *
   * "elsewhere" is only a hint, because the storage can contain anything. If the request gets a 401 again, call this
   * with the current number.
   * @param {number} seen {@link renewals} from before the request
   * @returns {Promise<Outcome>} renewed by this tab, by another one since `seen`, or the user has to sign in; throws an
   *   ApiError if the identity provider is unreachable
   */
  refresh(seen) {
    this.#inFlight ??= this.#oneTabAtATime(seen).finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight;
  }

  /**
   * @param {number} seen
   * @returns {Promise<Outcome>}
   */
  async #oneTabAtATime(seen) {
    const lock = this.#lock();
    if (!lock) return this.#unlessRenewedSince(seen);
    return lock.request(LOCK, {}, async () => {
      const { held = [] } = await lock.query();
      const numbers = held.map(({ name = "" }) => (name.startsWith(NUMBER) ? numberOf(name.slice(NUMBER.length)) : 0));
      this.#latest = Math.max(this.#latest, ...numbers);
      return this.#unlessRenewedSince(seen, lock);
    });
  }

  /**
   * @param {number} seen
   * @param {Lock} [lock]
   * @returns {Promise<Outcome>}
   */
  async #unlessRenewedSince(seen, lock) {
    if (this.renewals() > seen) return "elsewhere";
    try {
      await this.#renew();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return "refused";
      throw error;
    }
    this.#latest += 1;
    this.#write(String(this.#latest));
    if (lock) await this.#holdNumber(lock);
    return "renewed";
  }

  /**
   * Hold the lock with this renewal's number until this tab's next renewal, or until the tab is closed.
   * @param {Lock} lock
   */
  async #holdNumber(lock) {
    const releaseLast = this.#releaseNumber;
    await new Promise((granted) => {
      lock.request(NUMBER + this.#latest, { mode: "shared" }, () => {
        granted(null);
        return new Promise((release) => {
          this.#releaseNumber = () => release(null);
        });
      });
    });
    releaseLast();
  }

  /** Read the number. If the storage is blocked, only the locks contain numbers. */
  #read() {
    try {
      return this.#storage()?.getItem(RENEWAL) ?? "";
    } catch {
      return "";
    }
  }

  /** @param {string} number */
  #write(number) {
    try {
      this.#storage()?.setItem(RENEWAL, number);
    } catch {
      // see #read
    }
  }
}

/**
 * @param {string} text from the storage or a lock's name
 * @returns {number} 0 for anything but a positive number that can be incremented
 */
function numberOf(text) {
  const number = Number(text);
  return Number.isSafeInteger(number + 1) && number > 0 ? number : 0;
}
