// @ts-check
import { ApiClient } from "./api-client.js";

const ACCOUNT = "/api/auth/account/";

/** @typedef {{id: string, name: string, created_at: string, last_used_at: string | null, signs_in: boolean}} Passkey */

/** @typedef {{id: string, name: string, connected_at: string | null, email: string | null}} Connection */

/**
 * @typedef {object} Factors
 * @property {{created_at: string, last_used_at: string | null} | null} totp
 * @property {{left: number, created_at: string} | null} recovery_codes
 * @property {Passkey[]} passkeys
 * @property {boolean} required true if a role of the user requires a second factor
 */

/**
 * @typedef {object} SignedInSession
 * @property {string} id
 * @property {string} created_at
 * @property {string} last_used_at
 * @property {string} network
 * @property {string} user_agent
 * @property {boolean} current
 * @property {boolean} by_operator
 */

/**
 * @typedef {object} AccountEvent
 * @property {string} id
 * @property {string} at
 * @property {string} kind
 * @property {boolean} succeeded
 * @property {boolean} by_you
 * @property {string} reason
 * @property {string} network
 * @property {string} user_agent
 */

/**
 * @typedef {object} PersonalToken
 * @property {string} id
 * @property {string} name
 * @property {string[]} scopes
 * @property {string} hint the beginning of the secret
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} last_used_at
 */

/** Client of the signed-in user's account: email address, password, factors, sessions, events and tokens. */
export class AccountAPIClient extends ApiClient {
  constructor() {
    super("identity");
  }

  /** @param {{name: string, locale: string, time_zone: string}} changes */
  changeProfile(changes) {
    return this.patch("/api/profile/", changes);
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<{email: string, pending: string | null}>}
   */
  emailAddress(signal) {
    return this.get(`${ACCOUNT}email/`, { signal });
  }

  /** @param {string} email */
  changeEmailAddress(email) {
    return this.post(`${ACCOUNT}email/`, { email });
  }

  /** @param {string} code */
  verifyEmailAddress(code) {
    return this.post(`${ACCOUNT}email/verify/`, { code });
  }

  /** @param {{current_password: string, new_password: string}} change */
  changePassword(change) {
    return this.post("/api/auth/password/", change);
  }

  /** @param {{password: string} | {code: string}} proof */
  reauthenticate(proof) {
    return this.post(`${ACCOUNT}reauthenticate/`, proof);
  }

  reauthenticationOptions() {
    return this.post(`${ACCOUNT}reauthenticate/passkey/options/`, {});
  }

  /** @param {unknown} credential */
  reauthenticateWithPasskey(credential) {
    return this.post(`${ACCOUNT}reauthenticate/passkey/`, { credential });
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Factors>}
   */
  factors(signal) {
    return this.get(`${ACCOUNT}factors/`, { signal });
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Connection[]>}
   */
  connections(signal) {
    return this.get(`${ACCOUNT}providers/`, { signal });
  }

  /**
   * @param {string} id
   * @returns {Promise<{url: string}>} the provider's page
   */
  connect(id) {
    return this.post(`${ACCOUNT}providers/${encodeURIComponent(id)}/`, {});
  }

  /** @param {string} id */
  disconnect(id) {
    return this.delete(`${ACCOUNT}providers/${encodeURIComponent(id)}/`);
  }

  /** @returns {Promise<{secret: string, uri: string, qr_code: string}>} */
  setUpApp() {
    return this.post(`${ACCOUNT}totp/setup/`, {});
  }

  /**
   * @param {string} code
   * @returns {Promise<{recovery_codes?: string[]}>}
   */
  confirmApp(code) {
    return this.post(`${ACCOUNT}totp/`, { code });
  }

  removeApp() {
    return this.delete(`${ACCOUNT}totp/`);
  }

  /** @returns {Promise<{recovery_codes: string[]}>} */
  newRecoveryCodes() {
    return this.post(`${ACCOUNT}recovery-codes/`, {});
  }

  /** @param {boolean} signsIn without username and password */
  passkeyOptions(signsIn) {
    return this.post(`${ACCOUNT}passkeys/options/`, { signs_in: signsIn });
  }

  /**
   * @param {{name: string, credential: unknown}} passkey
   * @returns {Promise<Passkey & {recovery_codes?: string[]}>}
   */
  addPasskey(passkey) {
    return this.post(`${ACCOUNT}passkeys/`, passkey);
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  renamePasskey(id, name) {
    return this.patch(`${ACCOUNT}passkeys/${encodeURIComponent(id)}/`, { name });
  }

  /** @param {string} id */
  removePasskey(id) {
    return this.delete(`${ACCOUNT}passkeys/${encodeURIComponent(id)}/`);
  }

  forgetTrustedDevices() {
    return this.delete(`${ACCOUNT}trusted-devices/`);
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<SignedInSession[]>}
   */
  sessions(signal) {
    return this.get("/api/auth/sessions/", { signal });
  }

  /** @param {string} id */
  endSession(id) {
    return this.delete(`/api/auth/sessions/${encodeURIComponent(id)}/`);
  }

  endOtherSessions() {
    return this.post("/api/auth/sessions/revoke-others/");
  }

  endAllSessions() {
    return this.post("/api/auth/sessions/revoke-all/");
  }

  /**
   * Return what happened to the account, the latest first.
   * @param {{page: number, pageSize: number}} page
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("../../clients/src/index.js").Page<AccountEvent>>}
   */
  events({ page, pageSize }, signal) {
    return this.get("/api/auth/events/", { query: { page, page_size: pageSize }, signal });
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<PersonalToken[]>}
   */
  tokens(signal) {
    return this.get("/api/auth/tokens/", { signal });
  }

  /**
   * @param {{name: string, scopes: string[], expires_in_days: number}} token
   * @returns {Promise<PersonalToken & {token: string}>}
   */
  createToken(token) {
    return this.post("/api/auth/tokens/", token);
  }

  /** @param {string} id */
  revokeToken(id) {
    return this.delete(`/api/auth/tokens/${encodeURIComponent(id)}/`);
  }

  exportData() {
    return this.get(`${ACCOUNT}export/`);
  }

  /** @returns {Promise<{deleted_at: string}>} */
  closeAccount() {
    return this.post(`${ACCOUNT}close/`);
  }
}
