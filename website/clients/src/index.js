// @ts-check
import { ApiClient } from "./api-client.js";
import { Connection } from "./connection.js";
import { ApiError } from "./errors.js";
import { BillingAPIClient, IdentityAPIClient, InventoryAPIClient } from "./services.js";
import { redirectToSignIn } from "./sign-in.js";
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
function createClient(options) {
  return new VFServicesAPI(options);
}

export {
  ApiClient,
  ApiError,
  BillingAPIClient,
  Connection,
  IdentityAPIClient,
  InventoryAPIClient,
  VFServicesAPI,
  createClient,
  redirectToSignIn,
};
