// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { tellOfSignOut } from "../clients/person-watch.js";
import { confirmed } from "../ui/confirm.js";
import { device } from "../ui/device.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { onPress, tell } from "../ui/form.js";
import { dayAndTime } from "../ui/format.js";
import { Panel } from "../ui/panel.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();
const problem = byId("sessions-problem");
const others = byId("sessions-others", HTMLButtonElement);
const all = byId("sessions-all", HTMLButtonElement);

const sessions = new Panel("sessions", {
  fetch: (signal) => account.sessions(signal),
  render: (found) => {
    const shown = [...found].sort((a, b) => Number(b.current) - Number(a.current)); // a stable sort: the rest stays in order
    others.hidden = shown.every(({ current }) => current);
    repeat(byId("sessions-rows"), "session-row", shown, renderRow);
  },
});

/**
 * @param {HTMLElement} row
 * @param {import("../clients/account-api-client.js").SignedInSession} session
 */
function renderRow(row, session) {
  const name = session.by_operator ? text("An operator, acting as you") : device(session.user_agent);
  const note = text("{network}. Last used: {used}. Signed in: {since}.", {
    network: session.network || text("Unknown network"),
    used: dayAndTime(session.last_used_at),
    since: dayAndTime(session.created_at),
  });
  fill(row, { device: name, note });
  row.title = session.user_agent;
  /** @type {HTMLElement} */ (row.querySelector("[data-current]")).hidden = !session.current;
  const button = /** @type {HTMLButtonElement} */ (row.querySelector("[data-end]"));
  button.hidden = session.current; // "Sign out" in the menu ends this one
  button.setAttribute("aria-label", text("Sign out {name}, {network}", { name, network: session.network }));
  onPress(button, problem, async () => {
    await account.endSession(session.id);
    await changed(text("{name} has been signed out.", { name }));
  });
}

/** @param {string} what */
async function changed(what) {
  await sessions.load();
  tell(byId("sessions-done"), what);
}

onPress(others, problem, async () => {
  const why = text("Every device except this one has to sign in again.");
  if (!(await confirmed({ title: text("Sign out all others?"), text: why, action: text("Sign out all others") }))) return;
  await account.endOtherSessions();
  await changed(text("All other sessions have ended."));
});
onPress(all, problem, async () => {
  const why = text("Every device has to sign in again, and this one too.");
  if (!(await confirmed({ title: text("Sign out everywhere?"), text: why, action: text("Sign out everywhere") }))) return;
  await account.endAllSessions();
  tellOfSignOut();
  location.assign(all.dataset.next ?? "/");
  await new Promise(() => {});
});
sessions.load();
