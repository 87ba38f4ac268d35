// @ts-check
import { day } from "./format.js";
import { text } from "./texts.js";

/**
 * Say within a sentence when a token or secret was used last.
 * @param {string | null} at
 */
export function lastUse(at) {
  return at ? text("last used on {day}", { day: day(at) }) : text("not used yet");
}
