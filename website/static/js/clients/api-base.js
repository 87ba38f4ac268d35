// @ts-check

/**
 * Where an API is: "" for this origin, or `https://billing.<base domain>`. The page says it in an attribute of
 * its `<html>` element, because the layout (one origin or subdomains) is the server's to know.
 * @param {"identity" | "billing" | "inventory"} name
 */
export function apiBase(name) {
  return document.documentElement.dataset[`${name}Api`] ?? "";
}
