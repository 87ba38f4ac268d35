// @ts-check
import { api } from "../clients/session.js";
import { addressState } from "../ui/address-state.js";
import { byId } from "../ui/dom.js";
import { PagedList } from "../ui/paged-list.js";
import { summaryPanel } from "../ui/summary-panel.js";
import { text } from "../ui/texts.js";
import { renderTransactions } from "../ui/transaction-rows.js";

const { billing } = api;
const status = byId("transactions-status", HTMLSelectElement);

const transactions = new PagedList("transactions", {
  fetch: (page, signal) => {
    const empty = status.value ? text("No transactions with this status.") : text("No transactions yet.");
    byId("transactions-empty").textContent = empty;
    return billing.getRecentTransactions({ ...page, status: status.value }, { signal });
  },
  render: renderTransactions,
});

status.value = addressState.read("status");
if (status.selectedIndex < 0) status.value = "";
status.addEventListener("change", () => transactions.show(1, { status: status.value }));

summaryPanel(billing).load();
transactions.load();
