// @ts-check
const NAME = "vf-client-key";

/**
 * Generate this browser's secret for one session. No cookie contains it, so an attacker who has copied the cookies
 * can't repeat a refresh whose response was lost.
 * @returns {string | undefined} 256 random bits in base64url; undefined if the browser blocks storage
 */
export function newClientKey() {
  if (!canKeep()) return undefined;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string | undefined} key from {@link newClientKey} */
export function keepClientKey(key) {
  if (key !== undefined) localStorage.setItem(NAME, key);
}

function canKeep() {
  try {
    localStorage.setItem(`${NAME}-next`, "");
    localStorage.removeItem(`${NAME}-next`);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} */
export function clientKey() {
  try {
    return localStorage.getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}
