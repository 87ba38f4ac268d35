/**
 * Return true if a request can be sent twice without a second effect: its method is idempotent (RFC 9110 §9.2.2), or an
 * `Idempotency-Key` makes it so.
 * @param {string} method
 * @param {string} [idempotencyKey]
 */
export function isRepeatable(method: string, idempotencyKey?: string): boolean;
/**
 * Return the milliseconds to wait before the next attempt, or null if another attempt is no use. A time-out is not
 * repeated, because the user has waited long enough.
 * @param {import("./errors.js").ApiError} error
 * @param {number} attempt the number of earlier attempts, from 0
 * @param {() => number} random between 0 and 1
 */
export function delayMs({ status, code, retryAfter }: import("./errors.js").ApiError, attempt: number, random: () => number): number | null;
/**
 * Wait. An aborted `signal` rejects with its own reason.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void>;
/**
 * Wait for what others wait for too. An aborted `signal` ends only this wait, at once, and rejects with its own reason.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function unlessAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T>;
