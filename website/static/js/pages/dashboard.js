// @ts-check
import { BillingAPIClient } from "../clients/billing-api-client.js";
import { InventoryAPIClient } from "../clients/inventory-api-client.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { Panel } from "../ui/panel.js";
import { profilePanel } from "../ui/profile-panel.js";
import { markStock } from "../ui/stock.js";
import { summaryPanel } from "../ui/summary-panel.js";
import { renderTransactions } from "../ui/transaction-rows.js";

const ROWS = 5;

const billing = new BillingAPIClient();
const inventory = new InventoryAPIClient();

const transactions = new Panel("transactions", {
  fetch: (signal) => billing.transactions({ pageSize: ROWS }, signal),
  render: (page) => renderTransactions(page.results),
  isEmpty: (page) => page.results.length === 0,
});

const lowStock = new Panel("low-stock", {
  fetch: (signal) => inventory.items({ ordering: "quantity", pageSize: ROWS }, signal),
  render: (page) =>
    repeat(byId("low-stock-rows"), "stock-row", page.results, (row, item) => {
      fill(row, { name: item.name, sku: item.sku });
      markStock(row, item.quantity);
      row.querySelector("[data-link]")?.setAttribute("href", `/inventory/?item=${encodeURIComponent(item.id)}`);
    }),
  isEmpty: (page) => page.results.length === 0,
});

// In parallel: each panel waits only for its own response.
for (const panel of [profilePanel(), summaryPanel(billing), transactions, lowStock]) panel.load();
