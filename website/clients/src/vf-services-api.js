// @ts-check
import { Connection } from "./connection.js";
import { BillingAPIClient, IdentityAPIClient, InventoryAPIClient } from "./services.js";

/** The clients of all APIs, which share one session, and their most common methods. */
export class VFServicesAPI {
  /** @param {import("./connection.js").ClientOptions} [options] */
  constructor(options) {
    const connection = new Connection(options);
    this.connection = connection;
    this.identity = new IdentityAPIClient({ connection });
    this.billing = new BillingAPIClient({ connection });
    this.inventory = new InventoryAPIClient({ connection });
  }

  /** @param {Parameters<IdentityAPIClient["login"]>} credentials */
  login(...credentials) {
    return this.identity.login(...credentials);
  }

  logout() {
    return this.identity.logout();
  }

  /** @param {Parameters<IdentityAPIClient["getProfile"]>} options */
  getProfile(...options) {
    return this.identity.getProfile(...options);
  }

  /** @param {Parameters<BillingAPIClient["getBillingSummary"]>} options */
  getBillingSummary(...options) {
    return this.billing.getBillingSummary(...options);
  }

  /** @param {Parameters<BillingAPIClient["getRecentTransactions"]>} options */
  getRecentTransactions(...options) {
    return this.billing.getRecentTransactions(...options);
  }

  /** @param {Parameters<InventoryAPIClient["getInventoryItems"]>} options */
  getInventoryItems(...options) {
    return this.inventory.getInventoryItems(...options);
  }

  /** See {@link IdentityAPIClient.handleTokenExpiration}. */
  handleTokenExpiration() {
    return this.identity.handleTokenExpiration();
  }
}
