// @ts-check

/** Messages for responses that contain no explanation: a proxy's page, an empty body. */
const WORDS_BY_STATUS = new Map([
  [401, "You're not signed in."],
  [403, "You don't have access to this."],
  [404, "Not found."],
  [429, "Too many requests. Wait a moment and try again."],
  [502, "The service is unreachable. Try again in a moment."],
  [503, "The service is unavailable. Try again in a moment."],
  [504, "The service took too long to respond. Try again in a moment."],
]);

/** An API call that failed, with the members of RFC 9457. `status` is 0 if there was no response. */
export class ApiProblem extends Error {
  /**
   * @param {{status: number, code: string, detail: string, requestId?: string, retryAfter?: number | null,
   *   extensions?: Record<string, unknown>}} members
   */
  constructor({ status, code, detail, requestId = "", retryAfter = null, extensions = {} }) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = requestId;
    /** Seconds to wait, from `Retry-After`, or null. */
    this.retryAfter = retryAfter;
    /** All members of the response, for those that only some codes have. */
    this.extensions = extensions;
  }

  /**
   * Read a failed response. The result can be shown to the user, whatever the body contains.
   * @param {Response} response
   */
  static async fromResponse(response) {
    const { status, headers } = response;
    const members = await problemMembers(response);
    return new ApiProblem({
      status,
      code: textOr(members.code, `http_${status}`),
      detail: textOr(members.detail, WORDS_BY_STATUS.get(status) ?? `The service returned an error (${status}).`),
      requestId: textOr(members.request_id, headers.get("X-Request-Id") ?? ""),
      retryAfter: seconds(headers.get("Retry-After")),
      extensions: members,
    });
  }

  /** Return the messages of `validation_failed` by field. Messages for no single field have an empty name. */
  fieldErrors() {
    const { errors } = this.extensions;
    const entries = errors !== null && typeof errors === "object" ? Object.entries(errors) : [];
    return new Map(entries.map(([name, messages]) => [name === "non_field_errors" ? "" : name, texts(messages)]));
  }

  static network() {
    return new ApiProblem({
      status: 0,
      code: "network_error",
      detail: "Can't reach the server. Check your connection and try again.",
    });
  }

  static timeout() {
    return new ApiProblem({
      status: 0,
      code: "timeout",
      detail: "The service took too long to respond. Try again in a moment.",
    });
  }

  /** @param {Response} response */
  static unreadable(response) {
    return new ApiProblem({
      status: response.status,
      code: "unreadable_answer",
      detail: "Unexpected response from the server. Try again in a moment.",
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

/** @param {unknown} messages */
function texts(messages) {
  return (Array.isArray(messages) ? messages : [messages]).map(String).join(" ");
}

/** @param {string | null} header `Retry-After` as whole seconds; the services don't send its date form. */
function seconds(header) {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
