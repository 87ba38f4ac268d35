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

/** What the clients of all services share: addresses, and what happens when the access token has expired. */
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
   * Ask as the signed-in person. A 401 renews the access token and tries again; if the person has to sign in, the
   * page leaves and the promise stays open, or with `stay` the 401 is thrown.
   * @param {string} path
   * @param {{query?: Query, signal?: AbortSignal, stay?: boolean}} [options]
   * @returns {Promise<any>}
   */
  async get(path, { query = {}, signal, stay = false } = {}) {
    const url = this.url(path, query);
    let seen = this.#session.renewals();
    for (let renewed = false; ; ) {
      let outcome;
      try {
        return await sendJson(url, { signal });
      } catch (problem) {
        if (!isUnauthorized(problem)) throw problem;
        outcome = renewed ? "refused" : await this.#session.refresh(seen);
        if (outcome === "refused" && stay) throw problem;
      }
      if (outcome === "refused") return this.#session.signInAgain();
      renewed = outcome === "renewed";
      seen = this.#session.renewals(); // if another tab's renewal was no help, this one asks
    }
  }

  /**
   * Send `body` as it is: for the sign-in endpoints, where a 401 is an answer to the person.
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
