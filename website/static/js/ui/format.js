// @ts-check

const DECIMAL = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<fraction>\d+))?$/;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const MINUS = "\u2212";
const CURRENCY = "$"; // the platform's only currency; services send amounts without it

/**
 * Format an amount with thousands separators and at least two decimals. It is never converted to a floating-point
 * number, so every digit is kept. Anything but a decimal number is returned unchanged.
 * @param {string} amount
 */
export function money(amount) {
  const parts = DECIMAL.exec(String(amount))?.groups;
  if (!parts) return String(amount);
  const whole = parts.whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (parts.fraction ?? "").padEnd(2, "0");
  return `${parts.sign && MINUS}${CURRENCY}${whole}.${fraction}`;
}

/** @param {number} value */
export function wholeNumber(value) {
  return new Intl.NumberFormat("en").format(value);
}

/**
 * Format a day. A date without a time is the same day in every time zone.
 * @param {string | null} value ISO 8601
 */
export function day(value) {
  return formatted(value, { dateStyle: "medium", ...(DATE_ONLY.test(value ?? "") && { timeZone: "UTC" }) });
}

/**
 * Format a time, in the browser's time zone.
 * @param {string | null} value ISO 8601
 */
export function dayAndTime(value) {
  const date = /** @type {const} */ ({ year: "numeric", month: "short", day: "numeric" });
  return formatted(value, { ...date, hour: "numeric", minute: "2-digit", timeZoneName: "short" });
}

/**
 * Format a duration, rounded up: in seconds below two minutes, else in minutes.
 * @param {number} seconds
 */
export function duration(seconds) {
  const [count, unit] = seconds < 120 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `${wholeNumber(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** @param {string} code such as `in_progress` */
export function words(code) {
  const text = String(code).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {string | null} value
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatted(value, options) {
  const date = new Date(value ?? NaN);
  return Number.isNaN(date.getTime()) ? (value ?? "—") : new Intl.DateTimeFormat("en", options).format(date);
}
