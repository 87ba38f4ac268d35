// @ts-check

/** What to tell a person when an answer explains nothing itself: a proxy's page, an empty body. */
const WORDS_BY_STATUS = new Map([
  [401, "You are not signed in."],
  [403, "You may not see this."],
  [404, "There is nothing here."],
  [429, "Too many requests. Wait a moment, then try again."],
  [502, "The service cannot be reached right now. Try again in a moment."],
  [503, "The service is not available right now. Try again in a moment."],
  [504, "The service took too long to answer. Try again in a moment."],
]);

/**
 * An API call that failed, in the members of RFC 9457. `status` is 0 when no answer came at all.
 */
export class ApiProblem extends Error {
  /** @param {{status: number, code: string, detail: string, requestId?: string, retryAfter?: number | null}} members */
  constructor({ status, code, detail, requestId = "", retryAfter = null }) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = requestId;
    /** Seconds to wait, from `Retry-After`, or null. */
    this.retryAfter = retryAfter;
  }

  /**
   * Read a failed answer. Whatever the body is, the result can be shown to a person.
   * @param {Response} response
   */
  static async fromResponse(response) {
    const { status, headers } = response;
    const members = await problemMembers(response);
    return new ApiProblem({
      status,
      code: textOr(members.code, `http_${status}`),
      detail: textOr(members.detail, WORDS_BY_STATUS.get(status) ?? `The service answered with an error (${status}).`),
      requestId: textOr(members.request_id, headers.get("X-Request-Id") ?? ""),
      retryAfter: seconds(headers.get("Retry-After")),
    });
  }

  static network() {
    return new ApiProblem({
      status: 0,
      code: "network_error",
      detail: "The service cannot be reached. Check your connection, then try again.",
    });
  }

  static timeout() {
    return new ApiProblem({
      status: 0,
      code: "timeout",
      detail: "The service took too long to answer. Try again in a moment.",
    });
  }

  /** @param {Response} response */
  static unreadable(response) {
    return new ApiProblem({
      status: response.status,
      code: "unreadable_answer",
      detail: "The service sent an answer that this page does not understand.",
      requestId: response.headers.get("X-Request-Id") ?? "",
    });
  }
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

/** @param {string | null} header `Retry-After` as whole seconds; its date form is not used here. */
function seconds(header) {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
