// @ts-check
import { ApiProblem } from "./api-problem.js";
import { mustBeForThisPerson } from "./person.js";

const TIMEOUT_MS = 15_000;

/**
 * @typedef {object} SendOptions
 * @property {string} [method]
 * @property {unknown} [body] sent as JSON
 * @property {AbortSignal} [signal] cancels the call; the promise then rejects with the signal's AbortError
 * @property {number} [timeoutMs] for the whole response, body included
 */

/**
 * Send a request with the user's cookies, and return the JSON of the response (null without a body).
 *
 * Every failure is an {@link ApiProblem}: no network, no response in time, an error status, not JSON. If the response
 * is for another user, the page reloads and the promise stays pending.
 * @param {string} url
 * @param {SendOptions} [options]
 * @returns {Promise<any>}
 */
export async function sendJson(url, { method = "GET", body, signal, timeoutMs = TIMEOUT_MS } = {}) {
  const controller = new AbortController();
  const giveUp = () => controller.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", giveUp);
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    return await exchange(url, requestInit(method, body, controller.signal));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiProblem) throw error;
    throw controller.signal.aborted ? ApiProblem.timeout() : ApiProblem.network();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * @param {string} method
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
function requestInit(method, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "include",
    cache: "no-store",
    signal,
  };
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function exchange(url, init) {
  const response = await fetch(url, init);
  await mustBeForThisPerson(response);
  if (!response.ok) throw await ApiProblem.fromResponse(response);
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw ApiProblem.unreadable(response);
  }
}
