// @ts-check

/**
 * Return the element with this ID. Throws an error if the page has none.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} [type]
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof (type ?? HTMLElement))) throw new Error(`The page has no ${type?.name ?? "element"} #${id}.`);
  return /** @type {T} */ (element);
}

/**
 * Set the text of the elements with `data-field`. Values are text only, so markup in a value has no effect.
 * @param {ParentNode} root
 * @param {Record<string, unknown>} values
 */
export function fill(root, values) {
  for (const place of root.querySelectorAll("[data-field]")) {
    const name = /** @type {HTMLElement} */ (place).dataset.field ?? "";
    if (name in values) place.textContent = String(values[name] ?? "—");
  }
}

/**
 * Replace the content of `list` with one copy of a `<template>`'s only element for each entry.
 * @template T
 * @param {Element} list
 * @param {string} templateId
 * @param {T[]} entries
 * @param {(copy: HTMLElement, entry: T) => void} render
 */
export function repeat(list, templateId, entries, render) {
  const { content } = byId(templateId, HTMLTemplateElement);
  const copies = entries.map((entry) => {
    const copy = /** @type {HTMLElement} */ (document.importNode(content, true).firstElementChild);
    render(copy, entry);
    return copy;
  });
  list.replaceChildren(...copies);
}
