// @ts-check

const FIRST_MS = 300;
const LONGEST_MS = 10_000;
const STATUSES = [429, 502, 503, 504];

/**
 * Return true if a request can be sent twice without a second effect: its method is idempotent (RFC 9110 §9.2.2), or an
 * `Idempotency-Key` makes it so.
 * @param {string} method
 * @param {string} [idempotencyKey]
 */
export function isRepeatable(method, idempotencyKey) {
  return idempotencyKey !== undefined || ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].includes(method);
}

/**
 * Return the milliseconds to wait before the next attempt, or null if another attempt is no use. A time-out is not
 * repeated, because the user has waited long enough.
 * @param {import("./errors.js").ApiError} error
 * @param {number} attempt the number of earlier attempts, from 0
 * @param {() => number} random between 0 and 1
 */
export function delayMs({ status, code, retryAfter }, attempt, random) {
  if (code !== "network_error" && !STATUSES.includes(status)) return null;
  // Jitter spreads the clients that a failing service has stopped together.
  const wait = FIRST_MS * 2 ** attempt * (0.5 + random());
  const least = (retryAfter ?? 0) * 1000;
  return least > LONGEST_MS ? null : Math.min(LONGEST_MS, least + wait);
}

/**
 * Wait. An aborted `signal` rejects with its own reason.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export async function pause(ms, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wait = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await unlessAborted(wait, signal).finally(() => clearTimeout(timer));
}

/**
 * Wait for what others wait for too. An aborted `signal` ends only this wait, at once, and rejects with its own reason.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function unlessAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", stop));
  });
}
