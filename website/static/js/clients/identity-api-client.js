// @ts-check
import { apiBase } from "./api-base.js";
import { ApiClient } from "./api-client.js";

/**
 * @typedef {object} Profile
 * @property {string} id
 * @property {string} username
 * @property {string} email
 * @property {string[]} roles
 * @property {string} name
 * @property {string} locale
 * @property {string} time_zone
 * @property {boolean} factor_required true if roles are missing until a second factor is used
 * @property {string} timestamp time of the response, ISO 8601
 */

/** Client of the identity provider: sign-out, and the user's profile. */
export class IdentityAPIClient extends ApiClient {
  constructor() {
    super(apiBase("identity"));
  }

  logout() {
    return this.post("/api/auth/logout/");
  }

  stopImpersonation() {
    return this.post("/api/auth/impersonation/stop/");
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
