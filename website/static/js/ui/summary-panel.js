// @ts-check
import { byId, fill } from "./dom.js";
import { day, money, words } from "./format.js";
import { Panel } from "./panel.js";

/**
 * The account in three figures, on the billing page and on the dashboard.
 * @param {import("../clients/billing-api-client.js").BillingAPIClient} billing
 */
export function summaryPanel(billing) {
  return new Panel("summary", {
    fetch: (signal) => billing.summary(signal),
    render: (summary) =>
      fill(byId("summary-content"), {
        balance: money(summary.current_balance),
        cycle: words(summary.billing_cycle),
        nextDate: day(summary.next_billing_date),
      }),
  });
}
