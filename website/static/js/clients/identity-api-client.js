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
 * @property {string} timestamp time of the response, ISO 8601
 */

/** Client of the identity provider: sign-in, sign-out, and the user's profile. */
export class IdentityAPIClient extends ApiClient {
  constructor() {
    super(apiBase("identity"));
  }

  /**
   * @param {{username: string, password: string, rememberMe: boolean}} credentials
   *   `username` can also be an email address
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
