/**
 * @typedef {object} ClientOptions
 * @property {string | Record<string, string>} [baseUrls] origin of all APIs, or of each by name (`identity`, `billing`,
 *   `inventory`, and your own). Empty, the default, is the page's own origin.
 * @property {import("./exchange.js").Fetch} [fetch] instead of the global `fetch`
 * @property {() => unknown} [signIn] called if the user has to sign in. If it returns true, or a promise of it, the
 *   request is sent once more. Otherwise, the request fails with the 401.
 * @property {() => unknown} [onSignedOut] called once when the session has ended, before `signIn`
 * @property {import("./session.js").Storage | null} [storage] instead of `localStorage`; null for none
 * @property {import("./session.js").Lock | null} [lock] instead of `navigator.locks`; null for none
 * @property {number} [timeoutMs] for each attempt of a request. Default: 15,000
 * @property {number} [retries] further attempts of a repeatable request. Default: 2
 * @property {Record<string, string>} [messages] texts by code, for failures without an explanation, e.g. translated
 */
/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string | number | boolean | null | undefined>} [query] empty values are left out
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal] aborts the request, which then rejects with the signal's reason
 * @property {number} [timeoutMs]
 * @property {number} [retries]
 * @property {string} [idempotencyKey] sent as `Idempotency-Key`, which makes a POST or PATCH repeatable
 * @property {boolean} [renew] false: a 401 is final. For requests of anonymous users.
 * @property {boolean} [signIn] false: if the user has to sign in, fail with the 401 and don't call `signIn`
 * @property {boolean} [raw] return the Response instead of its JSON
 */
/** What all clients of a user share: options, session, and the way in which requests are sent. */
export class Connection {
    /** @param {ClientOptions} [options] */
    constructor(options?: ClientOptions);
    /** Renewal of the access token. */
    session: Session;
    /** @param {string} service */
    baseUrl(service: string): string;
    /** Return this browser's secret for `client_key` in the body of a sign-in; undefined without a storage. */
    clientKey(): string | undefined;
    /**
     * Send a request as the signed-in user. A 401 renews the access token and repeats the request.
     * @param {string} method
     * @param {string} url
     * @param {RequestOptions & {body?: unknown}} [options]
     * @returns {Promise<any>} the JSON of the response, null without a body; throws an {@link ApiError}
     */
    send(method: string, url: string, options?: RequestOptions & {
        body?: unknown;
    }): Promise<any>;
    /**
     * Renew the access token now.
     * @returns {Promise<boolean>} false if the session has ended and `signIn` started no new one
     */
    renew(): Promise<boolean>;
    #private;
}
export type ClientOptions = {
    /**
     * origin of all APIs, or of each by name (`identity`, `billing`,
     * `inventory`, and your own). Empty, the default, is the page's own origin.
     */
    baseUrls?: string | Record<string, string> | undefined;
    /**
     * instead of the global `fetch`
     */
    fetch?: import("./exchange.js").Fetch | undefined;
    /**
     * called if the user has to sign in. If it returns true, or a promise of it, the
     * request is sent once more. Otherwise, the request fails with the 401.
     */
    signIn?: (() => unknown) | undefined;
    /**
     * called once when the session has ended, before `signIn`
     */
    onSignedOut?: (() => unknown) | undefined;
    /**
     * instead of `localStorage`; null for none
     */
    storage?: import("./session.js").Storage | null | undefined;
    /**
     * instead of `navigator.locks`; null for none
     */
    lock?: import("./session.js").Lock | null | undefined;
    /**
     * for each attempt of a request. Default: 15,000
     */
    timeoutMs?: number | undefined;
    /**
     * further attempts of a repeatable request. Default: 2
     */
    retries?: number | undefined;
    /**
     * texts by code, for failures without an explanation, e.g. translated
     */
    messages?: Record<string, string> | undefined;
};
export type RequestOptions = {
    /**
     * empty values are left out
     */
    query?: Record<string, string | number | boolean | null | undefined> | undefined;
    headers?: Record<string, string> | undefined;
    /**
     * aborts the request, which then rejects with the signal's reason
     */
    signal?: AbortSignal | undefined;
    timeoutMs?: number | undefined;
    retries?: number | undefined;
    /**
     * sent as `Idempotency-Key`, which makes a POST or PATCH repeatable
     */
    idempotencyKey?: string | undefined;
    /**
     * false: a 401 is final. For requests of anonymous users.
     */
    renew?: boolean | undefined;
    /**
     * false: if the user has to sign in, fail with the 401 and don't call `signIn`
     */
    signIn?: boolean | undefined;
    /**
     * return the Response instead of its JSON
     */
    raw?: boolean | undefined;
};
import { Session } from "./session.js";
