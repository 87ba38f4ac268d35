// @ts-check
import { api } from "../clients/session.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { Panel } from "../ui/panel.js";
import { profilePanel } from "../ui/profile-panel.js";
import { markStock } from "../ui/stock.js";
import { summaryPanel } from "../ui/summary-panel.js";
import { renderTransactions } from "../ui/transaction-rows.js";

const ROWS = 5;

const { billing, inventory } = api;

const transactions = new Panel("transactions", {
  fetch: (signal) => billing.getRecentTransactions({ pageSize: ROWS }, { signal }),
  render: (page) => renderTransactions(page.results),
  isEmpty: (page) => page.results.length === 0,
});

const lowStock = new Panel("low-stock", {
  fetch: (signal) => inventory.getInventoryItems({ ordering: "quantity", pageSize: ROWS }, { signal }),
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
