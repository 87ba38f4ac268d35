// @ts-check
import { wholeNumber } from "./format.js";
import { text } from "./texts.js";

const LOW = 10;

/**
 * Show the quantity in stock and mark low stock.
 * @param {HTMLElement} row with a `[data-field="stock"]`
 * @param {number} quantity
 */
export function markStock(row, quantity) {
  const badge = /** @type {HTMLElement} */ (row.querySelector('[data-field="stock"]'));
  badge.textContent = quantity > 0 ? text("{count} in stock", { count: wholeNumber(quantity) }) : text("Out of stock");
  badge.dataset.level = quantity <= 0 ? "none" : quantity < LOW ? "low" : "good";
}
