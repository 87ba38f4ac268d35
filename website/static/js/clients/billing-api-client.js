// @ts-check
import { apiBase } from "./api-base.js";
import { ApiClient } from "./api-client.js";

/**
 * @typedef {object} BillingSummary
 * @property {string} user
 * @property {string} current_balance a decimal number
 * @property {string} billing_cycle
 * @property {string | null} next_billing_date
 * @property {string} timestamp
 */

/**
 * @typedef {object} Transaction
 * @property {string | number} id
 * @property {string} amount a decimal number
 * @property {string} description
 * @property {string} date
 * @property {string} status
 */

/** Client of billing: the user's own account. */
export class BillingAPIClient extends ApiClient {
  constructor() {
    super(apiBase("billing"));
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<BillingSummary>}
   */
  summary(signal) {
    return this.get("/api/billing/summary/", { signal });
  }

  /**
   * Return the transactions, newest first.
   * @param {{page?: number, pageSize?: number, status?: string}} filter
   * @param {AbortSignal} [signal]
   * @returns {Promise<import("./api-client.js").Page<Transaction>>}
   */
  transactions({ page, pageSize, status }, signal) {
    return this.get("/api/billing/transactions/", { query: { page, page_size: pageSize, status }, signal });
  }
}
