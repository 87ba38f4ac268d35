// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { duration } from "./format.js";
import { PasskeyFailure } from "./passkeys.js";
import { text, textOfCode } from "./texts.js";

/**
 * Return a problem's explanation in the page's language: by its code, if the language has a text for it.
 * @param {ApiError} problem
 */
export function problemText(problem) {
  return textOfCode(problem.code) ?? text(problem.detail);
}

/**
 * Return what to tell the user about a failure.
 * @param {unknown} problem
 * @param {string} otherwise for a mistake in this page's scripts
 */
export function explanation(problem, otherwise) {
  if (problem instanceof PasskeyFailure) return problem.message;
  if (!(problem instanceof ApiError)) {
    console.error(problem);
    return otherwise;
  }
  const wait = problem.status === 429 && problem.retryAfter !== null ? ` ${text("Wait {duration}.", { duration: duration(problem.retryAfter) })}` : "";
  return problemText(problem) + wait;
}
