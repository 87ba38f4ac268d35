// @ts-check
import { byId, fill } from "./dom.js";
import { day, money, words } from "./format.js";
import { Panel } from "./panel.js";
import { text } from "./texts.js";

/**
 * Return the panel with balance, billing cycle and next bill, for the billing page and the dashboard.
 * @param {import("../../clients/src/index.js").BillingAPIClient} billing
 */
export function summaryPanel(billing) {
  return new Panel("summary", {
    fetch: (signal) => billing.getBillingSummary({ signal }),
    render: (summary) =>
      fill(byId("summary-content"), {
        balance: money(summary.current_balance),
        cycle: text(words(summary.billing_cycle)),
        nextDate: summary.next_billing_date ? day(summary.next_billing_date) : text("Not scheduled"),
      }),
  });
}
