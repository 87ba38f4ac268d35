// @ts-check
const NAME = "vf-client-key";

/**
 * A secret of this browser for one session. It is in no cookie, so who has copied the cookies does not have it: only
 * the browser that signed in may repeat a refresh whose answer was lost.
 * @returns {string | undefined} 256 random bits in base64url; nothing if the browser forbids to keep them
 */
export function newClientKey() {
  if (!canKeep()) return undefined;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string | undefined} key as {@link newClientKey} made it */
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
