// @ts-check
import { counted, language } from "./texts.js";

const DECIMAL = /^-?\d+(\.\d+)?$/;
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const MINUS = "\u2212";
const CURRENCY = "USD"; // the platform's only currency; services send amounts without it

/**
 * Format an amount as the page's language writes it, with at least two decimals. `Intl` reads the text itself, never a
 * floating-point number, so every digit is kept. Anything but a decimal number is returned unchanged.
 * @param {string} amount
 */
export function money(amount) {
  if (!DECIMAL.test(String(amount))) return String(amount);
  const style = { style: "currency", currency: CURRENCY, maximumFractionDigits: 20, signDisplay: "negative" };
  const format = new Intl.NumberFormat(language, /** @type {Intl.NumberFormatOptions} */ (style));
  return format.format(/** @type {any} */ (String(amount))).replace("-", MINUS);
}

/** @param {number} value */
export function wholeNumber(value) {
  return new Intl.NumberFormat(language).format(value);
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
  if (seconds < 120) return counted(seconds, "{count} second", "{count} seconds");
  return counted(Math.ceil(seconds / 60), "{count} minute", "{count} minutes");
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
  return Number.isNaN(date.getTime()) ? (value ?? "—") : new Intl.DateTimeFormat(language, options).format(date);
}
