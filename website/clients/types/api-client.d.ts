/** @typedef {import("./connection.js").ClientOptions} ClientOptions */
/** @typedef {import("./connection.js").RequestOptions} RequestOptions */
/**
 * @template T
 * @typedef {object} Page one page of a list
 * @property {number} count of all entries
 * @property {string | null} [next]
 * @property {string | null} [previous]
 * @property {T[]} results
 */
/** A client of one API. Extend it for your own service: `super(options, "orders")` uses `baseUrls.orders`. */
export class ApiClient {
    /**
     * @param {ClientOptions & {connection?: Connection}} [options] `connection` is another client's, to share its session
     * @param {string} [service] name of its URL in `baseUrls`
     */
    constructor(options?: ClientOptions & {
        connection?: Connection;
    }, service?: string);
    connection: Connection;
    /**
     * @param {string} path
     * @param {RequestOptions} [options]
     * @returns {Promise<any>} the JSON of the response; throws an ApiError
     */
    get(path: string, options?: RequestOptions): Promise<any>;
    /**
     * @param {string} path
     * @param {unknown} [body]
     * @param {RequestOptions} [options]
     * @returns {Promise<any>}
     */
    post(path: string, body?: unknown, options?: RequestOptions): Promise<any>;
    /**
     * @param {string} path
     * @param {unknown} body
     * @param {RequestOptions} [options]
     * @returns {Promise<any>}
     */
    put(path: string, body: unknown, options?: RequestOptions): Promise<any>;
    /**
     * @param {string} path
     * @param {unknown} body
     * @param {RequestOptions} [options]
     * @returns {Promise<any>}
     */
    patch(path: string, body: unknown, options?: RequestOptions): Promise<any>;
    /**
     * @param {string} path
     * @param {RequestOptions} [options]
     * @returns {Promise<any>}
     */
    delete(path: string, options?: RequestOptions): Promise<any>;
    /**
     * Return the headers of a resource, e.g. its `ETag`.
     * @param {string} path
     * @param {RequestOptions} [options]
     * @returns {Promise<Headers>}
     */
    head(path: string, options?: RequestOptions): Promise<Headers>;
    /**
     * Send any method: see {@link Connection.send}.
     * @param {string} method
     * @param {string} path
     * @param {RequestOptions & {body?: unknown}} [options]
     * @returns {Promise<any>}
     */
    send(method: string, path: string, options?: RequestOptions & {
        body?: unknown;
    }): Promise<any>;
    /**
     * Iterate over all entries of a list. The next page is fetched when you have read the previous one.
     * @param {string} path
     * @param {RequestOptions} [options]
     * @returns {AsyncGenerator<any, void, undefined>}
     */
    all(path: string, options?: RequestOptions): AsyncGenerator<any, void, undefined>;
    /**
     * @param {string} path
     * @param {RequestOptions["query"]} [query]
     */
    url(path: string, query?: RequestOptions["query"]): string;
    /**
     * Renew the access token now, as a request does after a 401. If the session has ended, this calls `signIn`.
     * @returns {Promise<boolean>} true if requests can continue
     */
    handleTokenExpiration(): Promise<boolean>;
    #private;
}
export type ClientOptions = import("./connection.js").ClientOptions;
export type RequestOptions = import("./connection.js").RequestOptions;
/**
 * one page of a list
 */
export type Page<T> = {
    /**
     * of all entries
     */
    count: number;
    next?: string | null | undefined;
    previous?: string | null | undefined;
    results: T[];
};
import { Connection } from "./connection.js";
