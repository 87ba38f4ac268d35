// @ts-check

/** @type {Record<string, string>} Texts for failures that come without an explanation, by code. */
const MESSAGES = {
  http_401: "You're not signed in.",
  http_403: "You don't have access to this.",
  http_404: "Not found.",
  http_429: "Too many requests. Wait a moment and try again.",
  http_502: "The service is unreachable. Try again in a moment.",
  http_503: "The service is unavailable. Try again in a moment.",
  http_504: "The service took too long to respond. Try again in a moment.",
  network_error: "Can't reach the server. Check your connection and try again.",
  timeout: "The service took too long to respond. Try again in a moment.",
  unreadable_answer: "Unexpected response from the server. Try again in a moment.",
};

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
  constructor({ status, code, detail, requestId = "", retryAfter = null, extensions = {} }, options) {
    super(detail, options);
    this.name = "ApiError";
    /** HTTP status; 0 if there was no response. */
    this.status = status;
    /** Stable code for programs, such as `token_expired`. Without one in the response: `http_` and the status. */
    this.code = code;
    this.detail = detail;
    /** ID under which the platform's logs have this request; can be empty. */
    this.requestId = requestId;
    /** Seconds to wait, from `Retry-After`, or null. */
    this.retryAfter = retryAfter;
    /** All members of the response, for those that only some codes have. */
    this.extensions = extensions;
  }

  /**
   * Return the messages of `validation_failed` by field. Messages for no single field have an empty name.
   * @returns {Map<string, string>}
   */
  fieldErrors() {
    const { errors } = this.extensions;
    const entries = errors !== null && typeof errors === "object" ? Object.entries(errors) : [];
    return new Map(entries.map(([name, messages]) => [name === "non_field_errors" ? "" : name, texts(messages)]));
  }
}

/**
 * Return the error for a failed response.
 * @param {Response} response
 * @param {Record<string, string>} messages
 */
export async function errorOf(response, messages) {
  const { status, headers } = response;
  const members = await problemMembers(response);
  const fallback = messageFor(`http_${status}`, messages) ?? `The service returned an error (${status}).`;
  return new ApiError({
    status,
    code: textOr(members.code, `http_${status}`),
    detail: textOr(members.detail, fallback),
    requestId: textOr(members.request_id, headers.get("X-Request-Id") ?? ""),
    retryAfter: seconds(headers.get("Retry-After")),
    extensions: members,
  });
}

/**
 * Return the error for a request without a usable response.
 * @param {"network_error" | "timeout" | "unreadable_answer"} code
 * @param {{messages: Record<string, string>, response?: Response, cause?: unknown}} context
 */
export function failure(code, { messages, response, cause }) {
  const detail = messageFor(code, messages) ?? code;
  const requestId = response?.headers.get("X-Request-Id") ?? "";
  return new ApiError({ status: response?.status ?? 0, code, detail, requestId }, { cause });
}

/**
 * @param {string} code
 * @param {Record<string, string>} messages
 * @returns {string | undefined}
 */
function messageFor(code, messages) {
  return messages[code] ?? MESSAGES[code];
}

/**
 * @param {Response} response
 * @returns {Promise<Record<string, unknown>>}
 */
async function problemMembers(response) {
  try {
    const body = JSON.parse(await response.text());
    return body !== null && typeof body === "object" ? body : {};
  } catch {
    return {};
  }
}

/**
 * @param {unknown} value
 * @param {string} fallback
 */
function textOr(value, fallback) {
  return typeof value === "string" && value !== "" ? value : fallback;
}

/** @param {unknown} messages */
function texts(messages) {
  return (Array.isArray(messages) ? messages : [messages]).map(String).join(" ");
}

/** @param {string | null} header `Retry-After` as whole seconds. The services don't send its date form. */
function seconds(header) {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
