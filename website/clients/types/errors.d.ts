/**
 * Return the error for a failed response.
 * @param {Response} response
 * @param {Record<string, string>} messages
 */
export function errorOf(response: Response, messages: Record<string, string>): Promise<ApiError>;
/**
 * Return the error for a request without a usable response.
 * @param {"network_error" | "timeout" | "unreadable_answer"} code
 * @param {{messages: Record<string, string>, response?: Response, cause?: unknown}} context
 */
export function failure(code: "network_error" | "timeout" | "unreadable_answer", { messages, response, cause }: {
    messages: Record<string, string>;
    response?: Response;
    cause?: unknown;
}): ApiError;
/**
 * A request that failed, with the members of a problem document (RFC 9457). `message` and `detail` can be shown to the
 * user, whatever the response contained.
 */
export class ApiError extends Error {
    /**
     * @param {{status: number, code: string, detail: string, requestId?: string, retryAfter?: number | null,
     *   extensions?: Record<string, unknown>}} members
     * @param {ErrorOptions} [options]
     */
    constructor({ status, code, detail, requestId, retryAfter, extensions }: {
        status: number;
        code: string;
        detail: string;
        requestId?: string;
        retryAfter?: number | null;
        extensions?: Record<string, unknown>;
    }, options?: ErrorOptions);
    /** HTTP status; 0 if there was no response. */
    status: number;
    /** Stable code for programs, such as `token_expired`. Without one in the response: `http_` and the status. */
    code: string;
    detail: string;
    /** ID under which the platform's logs have this request; can be empty. */
    requestId: string;
    /** Seconds to wait, from `Retry-After`, or null. */
    retryAfter: number | null;
    /** All members of the response, for those that only some codes have. */
    extensions: Record<string, unknown>;
    /**
     * Return the messages of `validation_failed` by field. Messages for no single field have an empty name.
     * @returns {Map<string, string>}
     */
    fieldErrors(): Map<string, string>;
}
