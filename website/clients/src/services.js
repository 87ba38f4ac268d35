// @ts-check
import { ApiClient } from "./api-client.js";

/** @typedef {import("./api-client.js").RequestOptions} RequestOptions */
/** @typedef {import("#schemas/identity").components["schemas"]} IdentitySchemas */
/** @typedef {import("#schemas/billing").components["schemas"]} BillingSchemas */
/** @typedef {import("#schemas/inventory").components["schemas"]} InventorySchemas */
/** @typedef {IdentitySchemas["Profile"]} Profile */
/** @typedef {BillingSchemas["AccountSummary"]} BillingSummary */
/** @typedef {Required<BillingSchemas["Transaction"]>} Transaction */
/** @typedef {Required<InventorySchemas["Item"]>} Item a response contains all fields */

/**
 * @template T
 * @typedef {import("./api-client.js").Page<T>} Page
 */

/**
 * @typedef {object} Credentials
 * @property {string} username or an email address
 * @property {string} password
 * @property {boolean} [rememberMe]
 */

/** @typedef {{page?: number, pageSize?: number, status?: string}} TransactionFilter */
/** @typedef {{page?: number, pageSize?: number, search?: string, ordering?: string, inStock?: boolean}} ItemFilter */

/** Client of the identity provider: sign-in, sign-out, and the user's profile. */
export class IdentityAPIClient extends ApiClient {
  /** @param {ConstructorParameters<typeof ApiClient>[0]} [options] */
  constructor(options) {
    super(options, "identity");
  }

  /**
   * Sign in. A user who needs another step, such as a second factor, gets the code `step_required`: call `signIn` of
   * your options, whose page has all steps.
   * @param {Credentials | string} credentials or the username alone, with the password next
   * @param {string} [password]
   * @returns {Promise<IdentitySchemas["SignInAnswer"]>}
   */
  login(credentials, password) {
    const given = typeof credentials === "string" ? { username: credentials, password } : credentials;
    const { rememberMe, ...rest } = { rememberMe: false, ...given };
    const body = { ...rest, remember_me: rememberMe, client_key: this.connection.clientKey() };
    return this.post("/api/auth/login/", body, { renew: false });
  }

  /**
   * End the session, on the server and in the cookies.
   * @returns {Promise<null>}
   */
  logout() {
    return this.post("/api/auth/logout/", undefined, { renew: false });
  }

  /**
   * @param {RequestOptions} [options]
   * @returns {Promise<Profile>}
   */
  getProfile(options) {
    return this.get("/api/profile/", options);
  }
}

const TRANSACTIONS = "/api/billing/transactions/";

/** Client of billing: the user's own account. */
export class BillingAPIClient extends ApiClient {
  /** @param {ConstructorParameters<typeof ApiClient>[0]} [options] */
  constructor(options) {
    super(options, "billing");
  }

  /**
   * @param {RequestOptions} [options]
   * @returns {Promise<BillingSummary>}
   */
  getBillingSummary(options) {
    return this.get("/api/billing/summary/", options);
  }

  /**
   * Return a page of transactions, newest first.
   * @param {TransactionFilter} [filter]
   * @param {RequestOptions} [options]
   * @returns {Promise<Page<Transaction>>}
   */
  getRecentTransactions(filter, options) {
    return this.get(TRANSACTIONS, { ...options, query: queryOf(filter) });
  }

  /**
   * Iterate over all transactions, newest first.
   * @param {TransactionFilter} [filter]
   * @param {RequestOptions} [options]
   * @returns {AsyncGenerator<Transaction, void, undefined>}
   */
  allTransactions(filter, options) {
    return this.all(TRANSACTIONS, { ...options, query: queryOf(filter) });
  }
}

const ITEMS = "/api/inventory/items/";

/** Client of inventory: the items and their stock. */
export class InventoryAPIClient extends ApiClient {
  /** @param {ConstructorParameters<typeof ApiClient>[0]} [options] */
  constructor(options) {
    super(options, "inventory");
  }

  /**
   * Return a page of items.
   * @param {ItemFilter} [filter]
   * @param {RequestOptions} [options]
   * @returns {Promise<Page<Item>>}
   */
  getInventoryItems(filter, options) {
    return this.get(ITEMS, { ...options, query: queryOf(filter) });
  }

  /**
   * Iterate over all items.
   * @param {ItemFilter} [filter]
   * @param {RequestOptions} [options]
   * @returns {AsyncGenerator<Item, void, undefined>}
   */
  allInventoryItems(filter, options) {
    return this.all(ITEMS, { ...options, query: queryOf(filter) });
  }

  /**
   * @param {string | number} id
   * @param {RequestOptions} [options]
   * @returns {Promise<Item>}
   */
  getInventoryItem(id, options) {
    return this.get(`${ITEMS}${encodeURIComponent(id)}/`, options);
  }
}

/** @param {TransactionFilter & ItemFilter} [filter] */
function queryOf({ pageSize, inStock, ...rest } = {}) {
  return { ...rest, page_size: pageSize, in_stock: inStock };
}
