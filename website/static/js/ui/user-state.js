// @ts-check
import { text } from "./texts.js";

const ACTIVE = /* message */ "Active";
const LOCKED = /* message */ "Locked";

/**
 * Show whether an account is active or locked.
 * @param {HTMLElement} place with a `[data-state]`
 * @param {boolean} isActive
 */
export function showState(place, isActive) {
  const badge = /** @type {HTMLElement} */ (place.querySelector("[data-state]"));
  badge.textContent = text(isActive ? ACTIVE : LOCKED);
  badge.dataset.level = isActive ? "good" : "";
  if (isActive) delete badge.dataset.status;
  else badge.dataset.status = "failed";
}
