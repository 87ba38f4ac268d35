// @ts-check

// Read at once: the link that skips to the content changes it.
const opened = location.hash;

/**
 * `address` with the fragment that this page was opened with, unless it has one of its own.
 *
 * No server sees a fragment, so `next` cannot hold it. The browser carries it along: each redirect on the way to the
 * sign-in page hands it on (Fetch standard §4.4), and here it is put back. As a fragment it leads to no other page.
 * @param {string} address
 */
export function withFragment(address) {
  const target = new URL(address, location.href);
  if (target.hash === "") target.hash = opened;
  return target.href;
}
