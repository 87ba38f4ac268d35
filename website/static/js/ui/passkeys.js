// @ts-check
import { text } from "./texts.js";

/** @typedef {{publicKey: any}} PasskeyOptions WebAuthn's options in their JSON form */

const WORDS = new Map([
  ["NotAllowedError", /* message */ "The passkey was canceled or took too long. Try again."],
  ["AbortError", /* message */ "The passkey was canceled. Try again."],
  ["InvalidStateError", /* message */ "This device already has a passkey for your account."],
  ["NotSupportedError", /* message */ "This device can't create a passkey for this site."],
  ["SecurityError", /* message */ "Passkeys don't work at this URL. Open the site at its main URL."],
]);

/** A passkey couldn't be created or used in this browser. The message can be shown to the user. */
export class PasskeyFailure extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "PasskeyFailure";
  }
}

/**
 * Let the browser create a passkey.
 * @param {PasskeyOptions} options
 * @returns {Promise<unknown>} the response as JSON; throws a {@link PasskeyFailure}
 */
export function createPasskey({ publicKey }) {
  return asked((api) => navigator.credentials.create({ publicKey: api.parseCreationOptionsFromJSON(publicKey) }));
}

/**
 * Let the browser use a passkey.
 * @param {PasskeyOptions} options
 * @returns {Promise<unknown>} the response as JSON; throws a {@link PasskeyFailure}
 */
export function usePasskey({ publicKey }) {
  return asked((api) => navigator.credentials.get({ publicKey: api.parseRequestOptionsFromJSON(publicKey) }));
}

let suggesting = new AbortController();

/**
 * Let the browser suggest passkeys in the form field with `autocomplete="username webauthn"`.
 * @param {() => Promise<PasskeyOptions>} fetchOptions called only if this browser can suggest any
 * @returns {Promise<unknown>} the response as JSON once the user has chosen one; null if none can be suggested
 */
export async function suggestPasskeys(fetchOptions) {
  const api = /** @type {any} */ (globalThis).PublicKeyCredential;
  const { signal } = (suggesting = new AbortController());
  try {
    if (!api?.parseRequestOptionsFromJSON || !(await api.isConditionalMediationAvailable?.())) return null;
    const publicKey = api.parseRequestOptionsFromJSON((await fetchOptions()).publicKey);
    const request = /** @type {CredentialRequestOptions} */ ({ publicKey, mediation: "conditional", signal });
    return /** @type {any} */ (await navigator.credentials.get(request))?.toJSON() ?? null;
  } catch {
    return null; // nobody asked for it: the button says why passkeys don't work
  }
}

/** Stop suggesting, because the browser answers one request at a time. */
export function stopSuggestingPasskeys() {
  suggesting.abort();
}

/** Throw a {@link PasskeyFailure} if this browser has no passkeys, before a request is sent in vain. */
export function requirePasskeys() {
  if (!("PublicKeyCredential" in globalThis && "parseCreationOptionsFromJSON" in PublicKeyCredential)) {
    throw new PasskeyFailure(text("This browser doesn't support passkeys. Update it, or use another browser."));
  }
}

/**
 * @param {(api: any) => Promise<any>} ask
 */
async function asked(ask) {
  requirePasskeys();
  try {
    const credential = await ask(globalThis.PublicKeyCredential);
    return credential.toJSON();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new PasskeyFailure(text(WORDS.get(name) ?? /* message */ "Your browser couldn't use a passkey. Try again."));
  }
}
