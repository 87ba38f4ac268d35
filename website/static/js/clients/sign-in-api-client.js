// @ts-check
import { apiBase } from "./api-base.js";
import { ApiClient } from "./api-client.js";
import { clientKey } from "./client-key.js";
import { sendJson } from "./send-json.js";

/**
 * Client of the steps of a sign-in, for anonymous users.
 *
 * A step that needs another one fails with `step_required`. A cookie that scripts can't read connects the steps.
 */
export class SignInAPIClient extends ApiClient {
  constructor() {
    super(apiBase("identity"));
  }

  /**
   * List the other providers that users can sign in with.
   * @returns {Promise<{id: string, name: string}[]>}
   */
  providers() {
    return sendJson(this.url("/api/auth/providers/"));
  }

  /**
   * Begin a sign-in with another provider.
   * @param {string} id
   * @param {{next: string, rememberMe: boolean}} options
   * @returns {Promise<{url: string}>} the provider's page
   */
  beginWithProvider(id, { next, rememberMe }) {
    const body = { next, remember_me: rememberMe };
    return this.post(`/api/auth/flow/provider/${encodeURIComponent(id)}/`, body);
  }

  /**
   * @param {{username: string, password: string, rememberMe: boolean}} credentials
   *   `username` can also be an email address
   */
  login({ username, password, rememberMe }) {
    const body = { username, password, remember_me: rememberMe, client_key: clientKey() };
    return this.post("/api/auth/login/", body);
  }

  /** @param {{username: string, email: string, password: string, invitation?: string}} account */
  signUp(account) {
    return this.post("/api/auth/flow/sign-up/", { ...account, client_key: clientKey() });
  }

  /** @param {string} code */
  verifyEmail(code) {
    return this.post("/api/auth/flow/email/verify/", { code });
  }

  resendEmail() {
    return this.post("/api/auth/flow/email/resend/");
  }

  /** @param {string} email */
  requestPasswordCode(email) {
    return this.post("/api/auth/flow/password/request/", { email });
  }

  /** @param {{code: string, new_password: string}} change */
  resetPassword(change) {
    return this.post("/api/auth/flow/password/reset/", change);
  }

  /** @param {{email: string, rememberMe: boolean}} request */
  requestCode({ email, rememberMe }) {
    return this.post("/api/auth/flow/code/request/", { email, remember_me: rememberMe });
  }

  /** @param {string} code */
  confirmCode(code) {
    return this.post("/api/auth/flow/code/confirm/", { code });
  }

  /** @param {{code: string, trustDevice: boolean}} proof a code from the authenticator app, or a recovery code */
  useSecondFactor({ code, trustDevice }) {
    return this.post("/api/auth/flow/mfa/", { code, trust_device: trustDevice });
  }

  secondFactorOptions() {
    return this.post("/api/auth/flow/mfa/passkey/options/", {});
  }

  /** @param {{credential: unknown, trustDevice: boolean}} proof */
  useSecondFactorPasskey({ credential, trustDevice }) {
    return this.post("/api/auth/flow/mfa/passkey/", { credential, trust_device: trustDevice });
  }

  passkeyOptions() {
    return this.post("/api/auth/flow/passkey/options/", {});
  }

  /** @param {{credential: unknown, rememberMe: boolean}} proof */
  signInWithPasskey({ credential, rememberMe }) {
    const body = { credential, remember_me: rememberMe, client_key: clientKey() };
    return this.post("/api/auth/flow/passkey/", body);
  }
}
