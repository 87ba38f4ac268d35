/**
 * Return this browser's secret, which it sends when it signs in and renews. No cookie contains it, so an attacker who
 * has copied the cookies can't repeat a renewal whose response was lost. It stays the same for later sessions.
 * @param {import("./session.js").FindStorage} find
 * @returns {string | undefined} 256 random bits in base64url; undefined without a storage
 */
export function clientKeyIn(find: import("./session.js").FindStorage): string | undefined;
