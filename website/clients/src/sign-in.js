// @ts-check

/**
 * Return a `signIn` that goes to the platform's sign-in page, which returns to the current one, its fragment included.
 * The request stays pending while the browser leaves the page.
 * @param {string} [identityUrl] origin of the identity provider, if it isn't the page's own
 * @returns {() => Promise<never>}
 */
export function redirectToSignIn(identityUrl = "") {
  return () => {
    const { origin, pathname, search, hash } = globalThis.location;
    const here = (identityUrl && origin) + pathname + search;
    globalThis.location.assign(`${identityUrl}/api/auth/continue/?next=${encodeURIComponent(here)}${hash}`);
    return new Promise(() => {});
  };
}
