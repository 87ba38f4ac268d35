// @ts-check

const MINUTE_MS = 60_000;

/**
 * Return a time for an `<input type="datetime-local">`, in the browser's time zone; empty if it is none.
 * @param {string} text ISO 8601
 */
export function toLocalInput(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return "";
  return new Date(time.getTime() - time.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}

/**
 * Return the time of such an input in UTC; empty if there is none.
 * @param {string} text
 */
export function fromLocalInput(text) {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}
