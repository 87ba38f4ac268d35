// @ts-check
import { ApiClient } from "./api-client.js";
import { api } from "./session.js";

/**
 * Client of the steps of a sign-in, for anonymous users.
 *
 * A step that needs another one fails with `step_required`. A cookie that scripts can't read connects the steps.
 */
export class SignInAPIClient extends ApiClient {
  constructor() {
    super("identity");
  }

  /**
   * List the other providers that users can sign in with.
   * @returns {Promise<{id: string, name: string}[]>}
   */
  providers() {
    return this.get("/api/auth/providers/", { renew: false });
  }

  /**
   * Begin a sign-in with another provider.
   * @param {string} id
   * @param {{next: string, rememberMe: boolean}} options
   * @returns {Promise<{url: string}>} the provider's page
   */
  beginWithProvider(id, { next, rememberMe }) {
    const body = { next, remember_me: rememberMe };
    return this.#step(`/api/auth/flow/provider/${encodeURIComponent(id)}/`, body);
  }

  /** @param {import("../../clients/src/index.js").Credentials} credentials */
  login(credentials) {
    return api.login(credentials);
  }

  /** @param {{username: string, email: string, password: string, invitation?: string}} account */
  signUp(account) {
    return this.#step("/api/auth/flow/sign-up/", { ...account, client_key: this.connection.clientKey() });
  }

  /** @param {string} code */
  verifyEmail(code) {
    return this.#step("/api/auth/flow/email/verify/", { code });
  }

  resendEmail() {
    return this.#step("/api/auth/flow/email/resend/");
  }

  /** @param {string} email */
  requestPasswordCode(email) {
    return this.#step("/api/auth/flow/password/request/", { email });
  }

  /** @param {{code: string, new_password: string}} change */
  resetPassword(change) {
    return this.#step("/api/auth/flow/password/reset/", change);
  }

  /** @param {{email: string, rememberMe: boolean}} request */
  requestCode({ email, rememberMe }) {
    return this.#step("/api/auth/flow/code/request/", { email, remember_me: rememberMe });
  }

  /** @param {string} code */
  confirmCode(code) {
    return this.#step("/api/auth/flow/code/confirm/", { code });
  }

  /** @param {{code: string, trustDevice: boolean}} proof a code from the authenticator app, or a recovery code */
  useSecondFactor({ code, trustDevice }) {
    return this.#step("/api/auth/flow/mfa/", { code, trust_device: trustDevice });
  }

  secondFactorOptions() {
    return this.#step("/api/auth/flow/mfa/passkey/options/", {});
  }

  /** @param {{credential: unknown, trustDevice: boolean}} proof */
  useSecondFactorPasskey({ credential, trustDevice }) {
    return this.#step("/api/auth/flow/mfa/passkey/", { credential, trust_device: trustDevice });
  }

  passkeyOptions() {
    return this.#step("/api/auth/flow/passkey/options/", {});
  }

  /** @param {{credential: unknown, rememberMe: boolean}} proof */
  signInWithPasskey({ credential, rememberMe }) {
    const body = { credential, remember_me: rememberMe, client_key: this.connection.clientKey() };
    return this.#step("/api/auth/flow/passkey/", body);
  }

  /**
   * Send `body` without renewing the token: the user must see a 401.
   * @param {string} path
   * @param {unknown} [body]
   */
  #step(path, body) {
    return this.post(path, body, { renew: false });
  }
}
