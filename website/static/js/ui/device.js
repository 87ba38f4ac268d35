// @ts-check
import { text } from "./texts.js";

/** @type {[RegExp, string][]} The first match counts: Edge and Opera say "Chrome" too, and Chrome says "Safari". */
const BROWSERS = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Headless)?Chrome\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"],
  [/Mac OS X|Macintosh/, "Mac"],
  [/Linux/, "Linux"],
];

/**
 * Describe a device, for example "Firefox on Windows". A guess: browsers choose their `User-Agent` freely.
 * @param {string} userAgent
 */
export function device(userAgent) {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser && system) return text("{browser} on {system}", { browser, system });
  return browser ?? system ?? (userAgent.split(/[/\s]/, 1)[0] || text("Unknown device"));
}
