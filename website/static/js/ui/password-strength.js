// @ts-check
import { text } from "./texts.js";

/** The validators' minimum (identity_provider/settings.py). */
const LEAST = 8;
/** The validators' limit of similarity to the username and the email address. */
const SIMILAR = 0.7;
/** The cores of most common passwords. The server knows 20,000 passwords and decides; the page warns early. */
const COMMON =
  /^(pass(wor[dt])?|kennwort|geheim|secret|qwert[yz]?(uiop)?|asdf(gh(jkl)?)?|yxcv(bnm)?|zxcv(bnm)?|iloveyou|ichliebedich|welcome|willkommen|hallo|hello|admin(istrator)?|letmein|login|dragon|monkey|master|sunshine|princess|shadow|superman|batman|football|baseball|fussball|abc|trustno|michael|daniel|thomas|jessica|charlie|summer|sommer|winter)$/;
/** Bits below which a password is weak, fair and good. Guessing offline, 60 bits take a large effort, 80 are safe. */
const STEPS = [40, 60, 80];

/**
 * Measure a password: first by the rules of the server's validators, then by a simple count, the characters that don't
 * repeat or continue a sequence, times the bits of their kinds. It doesn't find words, so it is a hint and never a
 * condition. A measure that finds them (zxcvbn) is ten times as large as all scripts of a page.
 * @param {string} password
 * @param {string[]} names username and email address
 * @returns {{level: 0 | 1 | 2 | 3 | 4, words: string}}
 */
export function strengthOf(password, names) {
  const length = [...password].length;
  if (length < LEAST) return { level: 0, words: text("Too short") };
  if (names.some((name) => isSimilar(password, name))) {
    return { level: 1, words: text("Too similar to your username or email address") };
  }
  if (isCommon(password)) return { level: 1, words: text("Very common") };
  const bits = bitsOf(password);
  if (bits < STEPS[0]) return { level: 1, words: text("Weak") };
  if (bits < STEPS[1]) return { level: 2, words: text("Fair") };
  if (bits < STEPS[2]) return { level: 3, words: text("Good") };
  return { level: 4, words: text("Strong") };
}

/**
 * Show the strength of a new password, in words and as a bar, while the user types it.
 * @param {HTMLElement} place
 * @param {HTMLInputElement} input
 */
export function showStrength(place, input) {
  const { form } = input;
  const status = place.querySelector("[role='status']");
  const update = () => {
    const names = ["username", "email"].map((name) => form?.elements.namedItem(name));
    const values = names.map((field) => (field instanceof HTMLInputElement ? field.value.trim() : ""));
    const { level, words } = strengthOf(input.value, values);
    place.dataset.level = input.value === "" ? "" : String(level);
    const sentence = input.value === "" ? "" : text("Password strength: {words}", { words });
    // A screen reader speaks only if the words change, not at each character.
    if (status && status.textContent !== sentence) status.textContent = sentence;
  };
  form?.addEventListener("input", update);
  form?.addEventListener("reset", () => setTimeout(update));
  update();
}

/** @param {string} password */
function isCommon(password) {
  const core = password.toLowerCase().replace(/^[^a-z]+|[^a-z]+$/g, "");
  return COMMON.test(core.replaceAll("@", "a").replaceAll("0", "o").replaceAll("$", "s"));
}

/**
 * Return whether the validators find the password too similar to a name or a part of it.
 * @param {string} password
 * @param {string} name
 */
function isSimilar(password, name) {
  const lower = name.toLowerCase();
  const parts = [...lower.split(/[^\p{L}\p{N}_]+/u), lower].filter((part) => part !== "");
  return parts.some((part) => ratio(password.toLowerCase(), part) >= SIMILAR);
}

/**
 * Return the share of characters that two texts have in common, in any order: `quick_ratio` of Python's difflib.
 * @param {string} a
 * @param {string} b
 */
function ratio(a, b) {
  const left = [...b];
  let matches = 0;
  for (const character of a) {
    const at = left.indexOf(character);
    if (at < 0) continue;
    left.splice(at, 1);
    matches += 1;
  }
  return (2 * matches) / ([...a].length + [...b].length);
}

/** @param {string} password */
function bitsOf(password) {
  const codes = [...password].map((character) => character.codePointAt(0) ?? 0);
  const isNew = (/** @type {number} */ code, /** @type {number} */ at) => at === 0 || Math.abs(code - codes[at - 1]) > 1;
  const counted = codes.filter(isNew).length;
  const kinds = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ];
  const pool = kinds.reduce((sum, [kind, size]) => sum + (/** @type {RegExp} */ (kind).test(password) ? Number(size) : 0), 0);
  return Math.min(counted, new Set(codes).size * 2) * Math.log2(pool);
}
