// @ts-check
const NAME = "vf-client-key";

/**
 * Return this browser's secret, which it sends when it signs in and refreshes. No cookie contains it, so an attacker
 * who has copied the cookies can't repeat a refresh whose response was lost. It stays the same for later sessions:
 * a form that posts by itself leaves no moment at which a script knows that a new session has begun.
 * @returns {string | undefined} 256 random bits in base64url; undefined if the browser blocks storage
 */
export function clientKey() {
  try {
    const kept = localStorage.getItem(NAME);
    if (kept !== null) return kept;
    const key = newKey();
    localStorage.setItem(NAME, key);
    return key;
  } catch {
    return undefined;
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
