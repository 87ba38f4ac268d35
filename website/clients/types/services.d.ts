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
    constructor(options?: ConstructorParameters<typeof ApiClient>[0]);
    /**
     * Sign in. A user who needs another step, such as a second factor, gets the code `step_required`: call `signIn` of
     * your options, whose page has all steps.
     * @param {Credentials | string} credentials or the username alone, with the password next
     * @param {string} [password]
     * @returns {Promise<IdentitySchemas["SignInAnswer"]>}
     */
    login(credentials: Credentials | string, password?: string): Promise<IdentitySchemas["SignInAnswer"]>;
    /**
     * End the session, on the server and in the cookies.
     * @returns {Promise<null>}
     */
    logout(): Promise<null>;
    /**
     * @param {RequestOptions} [options]
     * @returns {Promise<Profile>}
     */
    getProfile(options?: RequestOptions): Promise<Profile>;
}
/** Client of billing: the user's own account. */
export class BillingAPIClient extends ApiClient {
    /** @param {ConstructorParameters<typeof ApiClient>[0]} [options] */
    constructor(options?: ConstructorParameters<typeof ApiClient>[0]);
    /**
     * @param {RequestOptions} [options]
     * @returns {Promise<BillingSummary>}
     */
    getBillingSummary(options?: RequestOptions): Promise<BillingSummary>;
    /**
     * Return a page of transactions, newest first.
     * @param {TransactionFilter} [filter]
     * @param {RequestOptions} [options]
     * @returns {Promise<Page<Transaction>>}
     */
    getRecentTransactions(filter?: TransactionFilter, options?: RequestOptions): Promise<Page<Transaction>>;
    /**
     * Iterate over all transactions, newest first.
     * @param {TransactionFilter} [filter]
     * @param {RequestOptions} [options]
     * @returns {AsyncGenerator<Transaction, void, undefined>}
     */
    allTransactions(filter?: TransactionFilter, options?: RequestOptions): AsyncGenerator<Transaction, void, undefined>;
}
/** Client of inventory: the items and their stock. */
export class InventoryAPIClient extends ApiClient {
    /** @param {ConstructorParameters<typeof ApiClient>[0]} [options] */
    constructor(options?: ConstructorParameters<typeof ApiClient>[0]);
    /**
     * Return a page of items.
     * @param {ItemFilter} [filter]
     * @param {RequestOptions} [options]
     * @returns {Promise<Page<Item>>}
     */
    getInventoryItems(filter?: ItemFilter, options?: RequestOptions): Promise<Page<Item>>;
    /**
     * Iterate over all items.
     * @param {ItemFilter} [filter]
     * @param {RequestOptions} [options]
     * @returns {AsyncGenerator<Item, void, undefined>}
     */
    allInventoryItems(filter?: ItemFilter, options?: RequestOptions): AsyncGenerator<Item, void, undefined>;
    /**
     * @param {string | number} id
     * @param {RequestOptions} [options]
     * @returns {Promise<Item>}
     */
    getInventoryItem(id: string | number, options?: RequestOptions): Promise<Item>;
}
export type RequestOptions = import("./api-client.js").RequestOptions;
export type IdentitySchemas = import("#schemas/identity").components["schemas"];
export type BillingSchemas = import("#schemas/billing").components["schemas"];
export type InventorySchemas = import("#schemas/inventory").components["schemas"];
export type Profile = IdentitySchemas["Profile"];
export type BillingSummary = BillingSchemas["AccountSummary"];
export type Transaction = Required<BillingSchemas["Transaction"]>;
/**
 * a response contains all fields
 */
export type Item = Required<InventorySchemas["Item"]>;
export type Page<T> = import("./api-client.js").Page<T>;
export type Credentials = {
    /**
     * or an email address
     */
    username: string;
    password: string;
    rememberMe?: boolean | undefined;
};
export type TransactionFilter = {
    page?: number;
    pageSize?: number;
    status?: string;
};
export type ItemFilter = {
    page?: number;
    pageSize?: number;
    search?: string;
    ordering?: string;
    inStock?: boolean;
};
import { ApiClient } from "./api-client.js";
