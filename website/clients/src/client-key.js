// @ts-check
const NAME = "vf-client-key";

/**
 * Return this browser's secret, which it sends when it signs in and renews. No cookie contains it, so an attacker who
 * has copied the cookies can't repeat a renewal whose response was lost. It stays the same for later sessions.
 * @param {import("./session.js").FindStorage} find
 * @returns {string | undefined} 256 random bits in base64url; undefined without a storage
 */
export function clientKeyIn(find) {
  try {
    const storage = find();
    if (!storage) return undefined;
    const kept = storage.getItem(NAME);
    if (kept !== null) return kept;
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const text = btoa(String.fromCharCode(...bytes));
    const key = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    storage.setItem(NAME, key);
    return key;
  } catch {
    return undefined;
  }
}
