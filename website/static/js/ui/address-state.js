// @ts-check

/**
 * The state of a list in the query of the URL (`?page=2&status=paid`), kept by reloads, bookmarks and links.
 */
export const addressState = {
  /** @param {string} name */
  read(name) {
    return new URLSearchParams(location.search).get(name) ?? "";
  },

  /** Return the page number; 1 if it is invalid. */
  readPage() {
    const page = Number(this.read("page"));
    return Number.isSafeInteger(page) && page > 0 ? page : 1;
  },

  /** @param {Record<string, string | number>} values empty ones, and page 1, are omitted */
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
