// @ts-check

// Read immediately: the "Skip to content" link changes the fragment.
// An invitation is for its page alone.
const opened = location.hash.startsWith("#invitation=") ? "" : location.hash;

/**
 * Return the URL with the fragment of this page, unless the URL has its own.
 *
 * Servers never receive a fragment, so `next` can't contain it. The browser keeps the fragment across the redirects to
 * the sign-in page (Fetch standard §4.4), and this function restores it. A fragment can't lead to another page.
 * @param {string} address a URL
 */
export function withFragment(address) {
  const target = new URL(address, location.href);
  if (target.hash === "") target.hash = opened;
  return target.href;
}
