// @ts-check
import { apiBase } from "./api-base.js";
import { ApiClient } from "./api-client.js";

/**
 * @typedef {object} Item
 * @property {string | number} id
 * @property {string} sku
 * @property {string} name
 * @property {string} description
 * @property {string} category
 * @property {number} quantity
 * @property {string} price a decimal number
 */

/** Client of inventory: the items and their stock. */
export class InventoryAPIClient extends ApiClient {
  constructor() {
    super(apiBase("inventory"));
  }

  /**
   * @param {{search?: string, page?: number, pageSize?: number, ordering?: string, inStock?: boolean}} filter
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./api-client.js").Page<Item>>}
   */
  items({ search, page, pageSize, ordering, inStock }, signal) {
    const query = { search, page, page_size: pageSize, ordering, in_stock: inStock };
    return this.get("/api/inventory/items/", { query, signal });
  }

  /**
   * @param {string} id
   * @param {AbortSignal} [signal]
   * @returns {Promise<Item>}
   */
  item(id, signal) {
    return this.get(`/api/inventory/items/${encodeURIComponent(id)}/`, { signal });
  }
}
