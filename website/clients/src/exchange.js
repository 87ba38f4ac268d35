// @ts-check
import { ApiError, errorOf, failure } from "./errors.js";

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */

/**
 * @typedef {object} Exchange one request, and what its response becomes
 * @property {string} method
 * @property {unknown} [body] FormData, URLSearchParams, Blob and bytes are sent as they are; all else as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} timeoutMs for the whole response, body included
 * @property {boolean} [raw] return the Response, whose body is then read without a time limit
 */

/**
 * Send one request with the user's cookies, and return the JSON of the response (null without a body).
 *
 * Every failure is an {@link ApiError}, except that an aborted `signal` rejects with its own reason.
 * @param {Fetch} fetch
 * @param {string} url
 * @param {Exchange} request
 * @param {Record<string, string>} messages
 * @returns {Promise<any>}
 */
export async function exchange(fetch, url, { method, body, headers, signal, timeoutMs, raw }, messages) {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  signal?.addEventListener("abort", giveUp);
  const timer = setTimeout(giveUp, timeoutMs);
  try {
    /** @type {RequestInit} */
    const init = { method, credentials: "include", cache: "no-store", signal: controller.signal, ...encoded(body, headers) };
    const response = await fetch(url, init);
    if (!response.ok) throw await errorOf(response, messages);
    return raw ? response : jsonOf(response, await response.text(), messages);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw failure(controller.signal.aborted ? "timeout" : "network_error", { messages, cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {{body?: BodyInit, headers: Record<string, string>}}
 */
function encoded(body, headers) {
  const accept = { Accept: "application/json" };
  if (body === undefined) return { headers: { ...accept, ...headers } };
  const kinds = [FormData, URLSearchParams, Blob, ArrayBuffer];
  if (kinds.some((kind) => body instanceof kind) || ArrayBuffer.isView(body)) {
    return { body: /** @type {BodyInit} */ (body), headers: { ...accept, ...headers } };
  }
  return { body: JSON.stringify(body), headers: { ...accept, "Content-Type": "application/json", ...headers } };
}

/**
 * @param {Response} response
 * @param {string} text
 * @param {Record<string, string>} messages
 */
function jsonOf(response, text, messages) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw failure("unreadable_answer", { messages, response });
  }
}
