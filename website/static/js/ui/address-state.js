// @ts-check

/**
 * What a list shows is in the address (`?page=2&status=paid`): a reload, a bookmark or a link shows it again.
 */
export const addressState = {
  /** @param {string} name */
  read(name) {
    return new URLSearchParams(location.search).get(name) ?? "";
  },

  /** A page number; anything else is the first page. */
  readPage() {
    const page = Number(this.read("page"));
    return Number.isSafeInteger(page) && page > 0 ? page : 1;
  },

  /** @param {Record<string, string | number>} values empty ones, and page 1, are left out */
  write(values) {
    const parameters = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === "" || (name === "page" && value === 1)) parameters.delete(name);
      else parameters.set(name, String(value));
    }
    const search = parameters.toString();
    history.replaceState(null, "", location.pathname + (search && `?${search}`) + location.hash);
  },
};
