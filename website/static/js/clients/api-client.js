// @ts-check
import { ApiProblem } from "./api-problem.js";
import { sendJson } from "./send-json.js";
import { session as pageSession } from "./session.js";

/**
 * @typedef {Record<string, string | number | boolean | null | undefined>} Query empty values are left out
 */

/**
 * @template T
 * @typedef {object} Page one page of a list
 * @property {number} count
 * @property {string | null} next
 * @property {string | null} previous
 * @property {T[]} results
 */

/** Base of all API clients: builds URLs, and renews an expired access token. */
export class ApiClient {
  #base;
  #session;

  /**
   * @param {string} base see apiBase
   * @param {import("./session.js").Session} [session]
   */
  constructor(base, session = pageSession) {
    this.#base = base;
    this.#session = session;
  }

  /**
   * Send a GET request as the signed-in user: see {@link send}.
   * @param {string} path
   * @param {{query?: Query, signal?: AbortSignal, stay?: boolean}} [options]
   * @returns {Promise<any>}
   */
  get(path, options) {
    return this.send("GET", path, options);
  }

  /**
   * Send a request as the signed-in user. A 401 renews the access token and repeats the request. If the user has to
   * sign in, the browser leaves the page and the promise stays pending; with `stay`, the 401 is thrown.
   * @param {string} method
   * @param {string} path
   * @param {{query?: Query, body?: unknown, signal?: AbortSignal, stay?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async send(method, path, { query = {}, body, signal, stay = false } = {}) {
    const url = this.url(path, query);
    let seen = this.#session.renewals();
    for (let renewed = false; ; ) {
      let outcome;
      try {
        return await sendJson(url, { method, body, signal });
      } catch (problem) {
        if (!isUnauthorized(problem)) throw problem;
        outcome = renewed ? "refused" : await this.#session.refresh(seen);
        if (outcome === "refused" && stay) throw problem;
      }
      if (outcome === "refused") return this.#session.signInAgain();
      renewed = outcome === "renewed";
      seen = this.#session.renewals(); // if another tab's renewal didn't help, this tab renews
    }
  }

  /**
   * Send `body` without renewing the token: for the sign-in endpoints, where the user must see a 401.
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  post(path, body) {
    return sendJson(this.url(path), { method: "POST", body });
  }

  /**
   * @param {string} path
   * @param {Query} [query]
   */
  url(path, query = {}) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
    }
    const search = parameters.toString();
    return this.#base + path + (search && `?${search}`);
  }
}

/** @param {unknown} problem */
function isUnauthorized(problem) {
  return problem instanceof ApiProblem && problem.status === 401;
}
