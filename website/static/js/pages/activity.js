// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { device } from "../ui/device.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { dayAndTime } from "../ui/format.js";
import { eventWords } from "../ui/event-words.js";
import { PagedList } from "../ui/paged-list.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();

new PagedList("events", {
  fetch: (page, signal) => account.events(page, signal),
  render: (events) =>
    repeat(byId("events-rows"), "event-row", events, (row, event) => {
      const by = event.by_you || event.kind === "impersonation_started" ? "" : text("Not done in one of your sessions. ");
      const where = event.user_agent ? `${device(event.user_agent)}, ` : "";
      const network = event.network ? `${where}${event.network}` : "";
      const reason = event.kind === "impersonation_started" ? text(". Reason: {reason}", { reason: event.reason }) : "";
      fill(row, { what: eventWords(event.kind), note: `${by}${network}${reason}`, at: dayAndTime(event.at) });
      row.querySelector("time")?.setAttribute("datetime", event.at);
      /** @type {HTMLElement} */ (row.querySelector("[data-failed]")).hidden = event.succeeded;
    }),
}).load();
