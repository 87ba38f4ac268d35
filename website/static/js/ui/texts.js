// @ts-check

/**
 * The texts of the page's language by the English text, from `static/js/texts/`. English needs none.
 * @type {Record<string, string>}
 */
const catalog = /** @type {any} */ (globalThis).vfTexts ?? {};

/** The page's language, for dates and numbers too. */
export const language = document.documentElement.lang || "en";

/**
 * Return a text in the page's language. Values replace `{name}`.
 * @param {string} english
 * @param {Record<string, unknown>} [values]
 */
export function text(english, values = {}) {
  return (found(english) ?? english).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/**
 * Return one of two texts, by a number that replaces `{count}`.
 * @param {number} count
 * @param {string} one
 * @param {string} many
 */
export function counted(count, one, many) {
  return text(count === 1 ? one : many, { count: new Intl.NumberFormat(language).format(count) });
}

/**
 * Return the text for a problem's code. English shows the API's own `detail`, which can say more.
 * @param {string} code
 * @returns {string | undefined}
 */
export function textOfCode(code) {
  return found(`code:${code}`);
}

/** @param {string} key */
function found(key) {
  return Object.hasOwn(catalog, key) ? catalog[key] : undefined;
}
