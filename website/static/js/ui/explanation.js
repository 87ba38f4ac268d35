// @ts-check
import { ApiError as ApiProblem } from "../../clients/src/errors.js";
import { duration } from "./format.js";
import { PasskeyFailure } from "./passkeys.js";

/**
 * Return what to tell the user about a failure.
 * @param {unknown} problem
 * @param {string} otherwise for a mistake in this page's scripts
 */
export function explanation(problem, otherwise) {
  if (problem instanceof PasskeyFailure) return problem.message;
  if (!(problem instanceof ApiProblem)) {
    console.error(problem);
    return otherwise;
  }
  const wait = problem.status === 429 && problem.retryAfter !== null ? ` Wait ${duration(problem.retryAfter)}.` : "";
  return problem.detail + wait;
}
