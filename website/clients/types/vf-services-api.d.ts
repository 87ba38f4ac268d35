/** The clients of all APIs, which share one session, and their most common methods. */
export class VFServicesAPI {
    /** @param {import("./connection.js").ClientOptions} [options] */
    constructor(options?: import("./connection.js").ClientOptions);
    connection: Connection;
    identity: IdentityAPIClient;
    billing: BillingAPIClient;
    inventory: InventoryAPIClient;
    /** @param {Parameters<IdentityAPIClient["login"]>} credentials */
    login(credentials: string | import("./services.js").Credentials, password?: string | undefined): Promise<{
        id: string;
        username: string;
        email: string;
        roles: string[];
        expires_at: string;
    }>;
    logout(): Promise<null>;
    /** @param {Parameters<IdentityAPIClient["getProfile"]>} options */
    getProfile(options?: import("./connection.js").RequestOptions | undefined): Promise<{
        id: string;
        username: string;
        email: string;
        roles: string[];
        name: string;
        locale: string;
        time_zone: string;
        factor_required: boolean;
        impersonated_by: string;
        timestamp: string;
    }>;
    /** @param {Parameters<BillingAPIClient["getBillingSummary"]>} options */
    getBillingSummary(options?: import("./connection.js").RequestOptions | undefined): Promise<{
        user: string;
        current_balance: string;
        billing_cycle: string;
        next_billing_date: string;
        timestamp: string;
    }>;
    /** @param {Parameters<BillingAPIClient["getRecentTransactions"]>} options */
    getRecentTransactions(filter?: import("./services.js").TransactionFilter | undefined, options?: import("./connection.js").RequestOptions | undefined): Promise<import("./services.js").Page<Required<{
        readonly id: number;
        amount: string;
        description: string;
        date: string;
        status: import("../types/schemas/billing.js").components["schemas"]["StatusEnum"];
    }>>>;
    /** @param {Parameters<InventoryAPIClient["getInventoryItems"]>} options */
    getInventoryItems(filter?: import("./services.js").ItemFilter | undefined, options?: import("./connection.js").RequestOptions | undefined): Promise<import("./services.js").Page<Required<{
        readonly id: number;
        sku: string;
        name: string;
        description?: string;
        category: import("../types/schemas/inventory.js").components["schemas"]["CategoryEnum"];
        price: string;
        quantity?: number;
        readonly in_stock: boolean;
        readonly updated_at: string;
    }>>>;
    /** See {@link IdentityAPIClient.handleTokenExpiration}. */
    handleTokenExpiration(): Promise<boolean>;
}
import { Connection } from "./connection.js";
import { IdentityAPIClient } from "./services.js";
import { BillingAPIClient } from "./services.js";
import { InventoryAPIClient } from "./services.js";
