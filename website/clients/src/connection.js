// @ts-check
import { clientKeyIn } from "./client-key.js";
import { ApiError } from "./errors.js";
import { exchange } from "./exchange.js";
import { delayMs, isRepeatable, pause, unlessAborted } from "./retry.js";
import { Session } from "./session.js";

/**
 * @typedef {object} ClientOptions
 * @property {string | Record<string, string>} [baseUrls] origin of all APIs, or of each by name (`identity`, `billing`,
 *   `inventory`, and your own). Empty, the default, is the page's own origin.
 * @property {import("./exchange.js").Fetch} [fetch] instead of the global `fetch`
 * @property {() => unknown} [signIn] called if the user has to sign in. If it returns true, or a promise of it, the
 *   request is sent once more. Otherwise, the request fails with the 401.
 * @property {() => unknown} [onSignedOut] called once when the session has ended, before `signIn`
 * @property {import("./session.js").Storage | null} [storage] instead of `localStorage`; null for none
 * @property {import("./session.js").Lock | null} [lock] instead of `navigator.locks`; null for none
 * @property {number} [timeoutMs] for each attempt of a request. Default: 15,000
 * @property {number} [retries] further attempts of a repeatable request. Default: 2
 * @property {Record<string, string>} [messages] texts by code, for failures without an explanation, e.g. translated
 */

/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string | number | boolean | null | undefined>} [query] empty values are left out
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal] aborts the request, which then rejects with the signal's reason
 * @property {number} [timeoutMs]
 * @property {number} [retries]
 * @property {string} [idempotencyKey] sent as `Idempotency-Key`, which makes a POST or PATCH repeatable
 * @property {boolean} [renew] false: a 401 is final. For requests of anonymous users.
 * @property {boolean} [signIn] false: if the user has to sign in, fail with the 401 and don't call `signIn`
 * @property {boolean} [raw] return the Response instead of its JSON
 */

/** What all clients of a user share: options, session, and the way in which requests are sent. */
export class Connection {
  #options;
  #wasSignedOut = false;
  /** @type {Promise<unknown> | null} */
  #signingIn = null;

  /** @param {ClientOptions} [options] */
  constructor(options = {}) {
    this.#options = options;
    /** Renewal of the access token. */
    this.session = new Session({
      renew: () => this.#once("POST", `${this.baseUrl("identity")}/api/auth/refresh/`, { body: { client_key: this.clientKey() } }),
      storage: () => this.#storage(),
      lock: () => (options.lock === undefined ? globalThis.navigator?.locks : options.lock),
    });
  }

  /** @param {string} service */
  baseUrl(service) {
    const { baseUrls = "" } = this.#options;
    return (typeof baseUrls === "string" ? baseUrls : (baseUrls[service] ?? "")).replace(/\/$/, "");
  }

  /** Return this browser's secret for `client_key` in the body of a sign-in; undefined without a storage. */
  clientKey() {
    return clientKeyIn(() => this.#storage());
  }

  /**
   * Send a request as the signed-in user. A 401 renews the access token and repeats the request.
   * @param {string} method
   * @param {string} url
   * @param {RequestOptions & {body?: unknown}} [options]
   * @returns {Promise<any>} the JSON of the response, null without a body; throws an {@link ApiError}
   */
  async send(method, url, options = {}) {
    let seen = this.session.renewals();
    let outcome = "";
    for (;;) {
      try {
        const answer = await this.#withRetries(method, url, options);
        if (options.renew !== false) this.#wasSignedOut = false;
        return answer;
      } catch (error) {
        if (!isUnauthorized(error) || options.renew === false || outcome === "signed in") throw error;
        outcome = outcome === "renewed" ? "refused" : await unlessAborted(this.session.refresh(seen), options.signal);
        if (outcome === "refused") {
          if (!(await unlessAborted(this.#signInAgain(options), options.signal))) throw error;
          outcome = "signed in";
        }
      }
      seen = this.session.renewals(); // if another tab's renewal didn't help, this tab renews
    }
  }

  /**
   * Renew the access token now.
   * @returns {Promise<boolean>} false if the session has ended and `signIn` started no new one
   */
  async renew() {
    const outcome = await this.session.refresh(this.session.renewals());
    return outcome !== "refused" || this.#signInAgain({});
  }

  /**
   * Call `onSignedOut` once, then `signIn`, once for all waiting requests.
   * @param {RequestOptions} options
   */
  async #signInAgain({ signIn = true }) {
    if (!this.#wasSignedOut) {
      this.#wasSignedOut = true;
      await this.#options.onSignedOut?.();
    }
    if (!signIn) return false;
    this.#signingIn ??= (async () => this.#options.signIn?.())().finally(() => {
      this.#signingIn = null;
    });
    return (await this.#signingIn) === true;
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {RequestOptions & {body?: unknown}} options
   */
  async #withRetries(method, url, options) {
    const { idempotencyKey, signal, retries = this.#options.retries ?? 2 } = options;
    const most = isRepeatable(method, idempotencyKey) ? retries : 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(method, url, options);
      } catch (error) {
        const wait = error instanceof ApiError && attempt < most ? delayMs(error, attempt, Math.random) : null;
        if (wait === null) throw error;
        await pause(wait, signal);
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {RequestOptions & {body?: unknown}} options
   */
  #once(method, url, { headers, idempotencyKey, timeoutMs = this.#options.timeoutMs ?? 15_000, ...rest }) {
    const { fetch = globalThis.fetch.bind(globalThis), messages = {} } = this.#options;
    const sent = idempotencyKey === undefined ? headers : { ...headers, "Idempotency-Key": idempotencyKey };
    return exchange(fetch, url, { ...rest, method, timeoutMs, headers: sent }, messages);
  }

  /** Return the storage, if there is one. A browser that blocks it throws an error here. */
  #storage() {
    return this.#options.storage === undefined ? globalThis.localStorage : this.#options.storage;
  }
}

/** @param {unknown} error */
function isUnauthorized(error) {
  return error instanceof ApiError && error.status === 401;
}
