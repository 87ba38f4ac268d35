// @ts-check
import { Connection } from "./connection.js";

/** @typedef {import("./connection.js").ClientOptions} ClientOptions */
/** @typedef {import("./connection.js").RequestOptions} RequestOptions */

/**
 * @template T
 * @typedef {object} Page one page of a list
 * @property {number} count of all entries
 * @property {string | null} [next]
 * @property {string | null} [previous]
 * @property {T[]} results
 */

/** A client of one API. Extend it for your own service: `super(options, "orders")` uses `baseUrls.orders`. */
export class ApiClient {
  #service;

  /**
   * @param {ClientOptions & {connection?: Connection}} [options] `connection` is another client's, to share its session
   * @param {string} [service] name of its URL in `baseUrls`
   */
  constructor(options = {}, service = "") {
    this.connection = options.connection ?? new Connection(options);
    this.#service = service;
  }

  /**
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {Promise<any>} the JSON of the response; throws an ApiError
   */
  get(path, options) {
    return this.send("GET", path, options);
  }

  /**
   * @param {string} path
   * @param {unknown} [body]
   * @param {RequestOptions} [options]
   * @returns {Promise<any>}
   */
  post(path, body, options) {
    return this.send("POST", path, { ...options, body });
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {RequestOptions} [options]
   * @returns {Promise<any>}
   */
  put(path, body, options) {
    return this.send("PUT", path, { ...options, body });
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {RequestOptions} [options]
   * @returns {Promise<any>}
   */
  patch(path, body, options) {
    return this.send("PATCH", path, { ...options, body });
  }

  /**
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {Promise<any>}
   */
  delete(path, options) {
    return this.send("DELETE", path, options);
  }

  /**
   * Return the headers of a resource, e.g. its `ETag`.
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {Promise<Headers>}
   */
  async head(path, options) {
    return (await this.send("HEAD", path, { ...options, raw: true })).headers;
  }

  /**
   * Send any method: see {@link Connection.send}.
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions & {body?: unknown}} [options]
   * @returns {Promise<any>}
   */
  send(method, path, options = {}) {
    return this.connection.send(method, this.url(path, options.query), options);
  }

  /**
   * Iterate over all entries of a list. The next page is fetched when you have read the previous one.
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {AsyncGenerator<any, void, undefined>}
   */
  async *all(path, options = {}) {
    for (let query = options.query; ; ) {
      /** @type {Page<any>} */
      const { results, next } = await this.get(path, { ...options, query });
      yield* results;
      if (!next) return;
      // Only the query: the host in `next` must not decide where the cookies go.
      query = Object.fromEntries(new URL(next, "http://next.invalid").searchParams);
    }
  }

  /**
   * @param {string} path
   * @param {RequestOptions["query"]} [query]
   */
  url(path, query = {}) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
    }
    const search = parameters.toString();
    return this.connection.baseUrl(this.#service) + path + (search && `?${search}`);
  }

  /**
   * Renew the access token now, as a request does after a 401. If the session has ended, this calls `signIn`.
   * @returns {Promise<boolean>} true if requests can continue
   */
  handleTokenExpiration() {
    return this.connection.renew();
  }
}
