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
export function exchange(fetch: Fetch, url: string, { method, body, headers, signal, timeoutMs, raw }: Exchange, messages: Record<string, string>): Promise<any>;
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
/**
 * one request, and what its response becomes
 */
export type Exchange = {
    method: string;
    /**
     * FormData, URLSearchParams, Blob and bytes are sent as they are; all else as JSON
     */
    body?: unknown;
    headers?: Record<string, string> | undefined;
    signal?: AbortSignal | undefined;
    /**
     * for the whole response, body included
     */
    timeoutMs: number;
    /**
     * return the Response, whose body is then read without a time limit
     */
    raw?: boolean | undefined;
};
