// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { addressState } from "../ui/address-state.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { explanation } from "../ui/explanation.js";
import { tell } from "../ui/form.js";
import { eventName } from "../ui/event-words.js";
import { dayAndTime } from "../ui/format.js";
import { fromLocalInput, toLocalInput } from "../ui/local-time.js";
import { PagedList } from "../ui/paged-list.js";
import { text } from "../ui/texts.js";

/** @typedef {import("../clients/operators-api-client.js").StoredEvent} StoredEvent */

const NAMES = /** @type {const} */ (["user", "actor", "kind", "succeeded", "since", "until"]);

const operators = new OperatorsAPIClient();
const form = byId("events-filters", HTMLFormElement);
const link = byId("events-export", HTMLAnchorElement);
const dialog = byId("event-dialog", HTMLDialogElement);

/** Return the filters of the form, times in UTC. */
function filters() {
  const fields = new FormData(form);
  const given = Object.fromEntries(NAMES.map((name) => [name, String(fields.get(name) ?? "").trim()]));
  return { ...given, since: fromLocalInput(given.since), until: fromLocalInput(given.until) };
}

const events = new PagedList("events", {
  fetch: (page, signal) => {
    link.href = operators.exportUrl(filters());
    return operators.events({ ...page, ...filters() }, signal);
  },
  render: (found) => repeat(byId("events-rows"), "event-row", found, renderRow),
});

/**
 * @param {HTMLElement} row
 * @param {StoredEvent} event
 */
function renderRow(row, event) {
  fill(row, {
    kind: eventName(event.kind),
    user: event.user_id || text("No account"),
    actor: event.actor || text("Anonymous"),
    network: event.network,
    at: dayAndTime(event.at),
  });
  row.querySelector("time")?.setAttribute("datetime", event.at);
  const outcome = /** @type {HTMLElement} */ (row.querySelector("[data-outcome]"));
  outcome.textContent = outcomeOf(event);
  outcome.dataset.status = event.succeeded ? "completed" : "failed";
  row.querySelector("[data-open]")?.addEventListener("click", () => open(event));
}

/** @param {StoredEvent} event */
function open(event) {
  byId("event-title").textContent = eventName(event.kind);
  fill(byId("event-facts"), {
    at: dayAndTime(event.at),
    outcome: outcomeOf(event),
    user: event.user_id || null,
    actor: event.actor || null,
    reason: event.reason || null,
    network: event.network || null,
    userAgent: event.user_agent || null,
    session: event.session_id || null,
    request: event.request_id || null,
    details: Object.keys(event.details).length > 0 ? JSON.stringify(event.details, null, 2) : null,
  });
  const account = byId("event-user", HTMLAnchorElement);
  if (event.user_id) account.href = `/operators/users/${encodeURIComponent(event.user_id)}/`;
  else account.removeAttribute("href");
  dialog.showModal();
}

/** @param {StoredEvent} event */
function outcomeOf(event) {
  return event.succeeded ? text("Succeeded") : text("Failed");
}

/** Show the filters of the URL in the form. */
function readAddress() {
  for (const name of NAMES) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (form.elements.namedItem(name));
    const value = addressState.read(name);
    const isTime = name === "since" || name === "until";
    if (name === "kind" && value) /** @type {HTMLSelectElement} */ (field).append(new Option(eventName(value), value));
    field.value = isTime ? toLocalInput(value) : value;
  }
  if (byId("filter-succeeded", HTMLSelectElement).selectedIndex < 0) byId("filter-succeeded", HTMLSelectElement).value = "";
}

/** Offer the kinds of events. Without them, the list works, and a kind in the URL still filters. */
async function offerKinds() {
  const select = byId("filter-kind", HTMLSelectElement);
  const kinds = await operators.eventKinds().catch(() => []);
  const others = kinds.filter((kind) => kind !== select.value);
  select.append(...others.map((kind) => new Option(eventName(kind), kind)));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  events.show(1, filters());
});
byId("events-clear").addEventListener("click", () => {
  for (const name of NAMES) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = "";
  events.show(1, filters());
});
link.addEventListener("click", async (event) => {
  event.preventDefault();
  const problem = byId("events-problem");
  tell(problem, "");
  try {
    await operators.eventKinds(); // a download renews no expired token, and would save the problem as a file
    location.assign(link.href);
  } catch (failure) {
    tell(problem, explanation(failure, text("The export failed. Reload the page and try again.")));
  }
});
byId("event-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
});

readAddress();
events.load();
offerKinds();
