// @ts-check
import { apiBase } from "./api-base.js";
import { ApiClient } from "./api-client.js";
import { keepClientKey, newClientKey } from "./client-key.js";

/**
 * @typedef {object} Profile
 * @property {string} id
 * @property {string} username
 * @property {string} email
 * @property {string[]} roles
 * @property {string} timestamp when the answer was made, ISO 8601
 */

/** The identity provider: sign-in, sign-out, and who the person is. */
export class IdentityAPIClient extends ApiClient {
  constructor() {
    super(apiBase("identity"));
  }

  /**
   * @param {{username: string, password: string, rememberMe: boolean}} credentials
   *   `username` takes an e-mail address too
   */
  async login({ username, password, rememberMe }) {
    const key = newClientKey();
    const body = { username, password, remember_me: rememberMe, client_key: key };
    const person = await this.post("/api/auth/login/", body);
    keepClientKey(key);
    return person;
  }

  logout() {
    return this.post("/api/auth/logout/");
  }

  /**
   * @param {AbortSignal} [signal]
   * @param {{stay?: boolean}} [options] see ApiClient.get
   * @returns {Promise<Profile>}
   */
  profile(signal, { stay } = {}) {
    return this.get("/api/profile/", { signal, stay });
  }
}
