// @ts-check
import { ApiClient } from "./api-client.js";

/** @typedef {{id: string, username: string, email: string, roles: string[], is_active: boolean, created_at: string}} User */

/** @typedef {{name: string, description: string, permits: string[]}} Role */

/**
 * @typedef {object} Overview
 * @property {User} user
 * @property {number} sessions
 * @property {number} personal_access_tokens
 * @property {string[]} factors
 * @property {string | null} last_sign_in_at
 */

/**
 * @typedef {object} StoredEvent
 * @property {number} id
 * @property {string} at
 * @property {string} kind
 * @property {boolean} succeeded
 * @property {string} user_id
 * @property {string} actor a user ID or `command:<name>`, or empty
 * @property {string} network
 * @property {string} user_agent
 * @property {string} session_id
 * @property {string} request_id
 * @property {string} reason
 * @property {Record<string, unknown>} details
 */

/** @typedef {{id: string, hint: string, created_at: string, expires_at: string | null, last_used_at: string | null}} Secret */

/** @typedef {{id: string, name: string, roles: string[], is_active: boolean, created_at: string, secrets: Secret[]}} ServiceAccount */

/** @typedef {{user?: string, actor?: string, kind?: string, succeeded?: string, since?: string, until?: string}} EventFilter */

/** @typedef {{page?: number, pageSize?: number}} PageOf */

/**
 * @template T
 * @typedef {import("../../clients/src/index.js").Page<T>} Page
 */

const USERS = "/api/auth/users/";
const AUDIT = "/api/auth/audit/";

/** Client of the identity provider's endpoints for operators. */
export class OperatorsAPIClient extends ApiClient {
  constructor() {
    super("identity");
  }

  /**
   * @param {PageOf & {search?: string, role?: string, active?: string}} filter
   * @param {AbortSignal} [signal]
   * @returns {Promise<Page<User>>}
   */
  users({ search, role, active, page, pageSize }, signal) {
    return this.get(USERS, { query: { search, role, active, page, page_size: pageSize }, signal });
  }

  /**
   * @param {string} id
   * @param {AbortSignal} [signal]
   * @returns {Promise<Overview>}
   */
  user(id, signal) {
    return this.get(path(id), { signal });
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Role[]>}
   */
  roles(signal) {
    return this.get("/api/auth/roles/", { signal });
  }

  /**
   * @param {string} id
   * @param {string[]} roles all of them
   */
  setRoles(id, roles) {
    return this.send("PUT", path(id, "roles"), { body: { roles } });
  }

  /**
   * @param {string} id
   * @param {"lock" | "unlock" | "sign-out" | "reset-limits" | "reset-factors"} change
   */
  change(id, change) {
    return this.send("POST", path(id, change));
  }

  /** @param {string} id */
  deleteUser(id) {
    return this.send("DELETE", path(id));
  }

  /**
   * Act as a user: the cookies become those of the user.
   * @param {string} id
   * @param {string} reason
   */
  impersonate(id, reason) {
    return this.send("POST", path(id, "impersonate"), { body: { reason } });
  }

  /**
   * @param {string} id
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./account-api-client.js").SignedInSession[]>}
   */
  sessions(id, signal) {
    return this.get(path(id, "sessions"), { signal });
  }

  /**
   * @param {string} id
   * @param {string} session
   */
  endSession(id, session) {
    return this.send("DELETE", path(id, "sessions", session));
  }

  /**
   * @param {string} id
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./account-api-client.js").PersonalToken[]>}
   */
  tokens(id, signal) {
    return this.get(path(id, "tokens"), { signal });
  }

  /**
   * @param {string} id
   * @param {string} token
   */
  revokeToken(id, token) {
    return this.send("DELETE", path(id, "tokens", token));
  }

  /**
   * @param {{email: string, roles: string[]}} invitation
   * @returns {Promise<{link: string, sent: boolean}>}
   */
  invite(invitation) {
    return this.send("POST", `${USERS}invite/`, { body: invitation });
  }

  /**
   * @param {EventFilter & PageOf} filter
   * @param {AbortSignal} [signal]
   * @returns {Promise<Page<StoredEvent>>}
   */
  events({ page, pageSize, ...filter }, signal) {
    return this.get(AUDIT, { query: { ...filter, page, page_size: pageSize }, signal });
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<string[]>}
   */
  eventKinds(signal) {
    return this.get(`${AUDIT}kinds/`, { signal });
  }

  /**
   * Return the URL of the events as JSON Lines.
   * @param {EventFilter} filter
   */
  exportUrl(filter) {
    return this.url(`${AUDIT}export/`, filter);
  }

  /**
   * @param {PageOf} page
   * @param {AbortSignal} [signal]
   * @returns {Promise<Page<ServiceAccount>>}
   */
  serviceAccounts({ page, pageSize }, signal) {
    return this.get("/api/auth/service-accounts/", { query: { page, page_size: pageSize }, signal });
  }
}

/** @param {string[]} parts of the path below the users */
function path(...parts) {
  return USERS + parts.map((part) => `${encodeURIComponent(part)}/`).join("");
}
