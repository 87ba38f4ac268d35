export type ClientOptions = import("./connection.js").ClientOptions;
export type RequestOptions = import("./connection.js").RequestOptions;
export type Storage = import("./session.js").Storage;
export type Lock = import("./session.js").Lock;
export type Credentials = import("./services.js").Credentials;
export type Profile = import("./services.js").Profile;
export type BillingSummary = import("./services.js").BillingSummary;
export type Transaction = import("./services.js").Transaction;
export type Item = import("./services.js").Item;
export type IdentitySchemas = import("./services.js").IdentitySchemas;
export type BillingSchemas = import("./services.js").BillingSchemas;
export type InventorySchemas = import("./services.js").InventorySchemas;
export type Page<T> = import("./api-client.js").Page<T>;
import { ApiClient } from "./api-client.js";
import { ApiError } from "./errors.js";
import { BillingAPIClient } from "./services.js";
import { Connection } from "./connection.js";
import { IdentityAPIClient } from "./services.js";
import { InventoryAPIClient } from "./services.js";
import { VFServicesAPI } from "./vf-services-api.js";
/** @typedef {import("./connection.js").ClientOptions} ClientOptions */
/** @typedef {import("./connection.js").RequestOptions} RequestOptions */
/** @typedef {import("./session.js").Storage} Storage */
/** @typedef {import("./session.js").Lock} Lock */
/** @typedef {import("./services.js").Credentials} Credentials */
/** @typedef {import("./services.js").Profile} Profile */
/** @typedef {import("./services.js").BillingSummary} BillingSummary */
/** @typedef {import("./services.js").Transaction} Transaction */
/** @typedef {import("./services.js").Item} Item */
/** @typedef {import("./services.js").IdentitySchemas} IdentitySchemas */
/** @typedef {import("./services.js").BillingSchemas} BillingSchemas */
/** @typedef {import("./services.js").InventorySchemas} InventorySchemas */
/**
 * @template T
 * @typedef {import("./api-client.js").Page<T>} Page
 */
/**
 * Create clients of all APIs, which share one session.
 * @param {ClientOptions} [options]
 */
export function createClient(options?: ClientOptions): VFServicesAPI;
import { redirectToSignIn } from "./sign-in.js";
export { ApiClient, ApiError, BillingAPIClient, Connection, IdentityAPIClient, InventoryAPIClient, VFServicesAPI, redirectToSignIn };
