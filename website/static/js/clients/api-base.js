// @ts-check

/**
 * Return the base URL of an API: "" for this origin, or `https://billing.<base domain>`. The server knows the layout
 * (one origin or subdomains) and sets an attribute of the `<html>` element.
 * @param {"identity" | "billing" | "inventory"} name
 */
export function apiBase(name) {
  return document.documentElement.dataset[`${name}Api`] ?? "";
}
