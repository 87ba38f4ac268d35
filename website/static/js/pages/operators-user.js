// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { tellOfSignIn } from "../clients/person-watch.js";
import { confirmed } from "../ui/confirm.js";
import { device } from "../ui/device.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { Canceled, enhance, onPress, tell } from "../ui/form.js";
import { eventName } from "../ui/event-words.js";
import { day, dayAndTime, words } from "../ui/format.js";
import { lastUse } from "../ui/last-use.js";
import { Panel } from "../ui/panel.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { roleNames, showRoleBoxes } from "../ui/role-boxes.js";
import { text } from "../ui/texts.js";
import { userActions } from "../ui/user-actions.js";
import { showState } from "../ui/user-state.js";

const RECENT = 5;

const operators = new OperatorsAPIClient();
const root = byId("user");
const id = root.dataset.userId ?? "";
let name = text("this user");

const user = new Panel("user", {
  fetch: (signal) => operators.user(id, signal),
  render: (found) => {
    const { username, email, roles, is_active: isActive } = found.user;
    name = username;
    byId("page-heading").textContent = username;
    fill(root, {
      id,
      username,
      email: email || null,
      roles: roleNames(roles),
      factors: found.factors.map((factor) => text(words(factor))).join(", ") || text("None"),
      created: dayAndTime(found.user.created_at),
      lastSignIn: dayAndTime(found.last_sign_in_at),
      sessions: found.sessions,
      tokens: found.personal_access_tokens,
    });
    showState(root, isActive);
    for (const entry of byId("actions").querySelectorAll("li")) {
      if ("ifActive" in entry.dataset) entry.hidden = !isActive;
      if ("ifLocked" in entry.dataset) entry.hidden = isActive;
    }
  },
});
const roles = new Panel("roles", {
  fetch: (signal) => Promise.all([operators.roles(signal), operators.user(id, signal)]),
  render: ([known, found]) => showRoleBoxes(known, found.user.roles),
});
const sessions = new Panel("sessions", {
  fetch: (signal) => operators.sessions(id, signal),
  isEmpty: (found) => found.length === 0,
  render: (found) => repeat(byId("sessions-rows"), "session-row", found, renderSession),
});
const tokens = new Panel("tokens", {
  fetch: (signal) => operators.tokens(id, signal),
  isEmpty: (found) => found.length === 0,
  render: (found) => repeat(byId("tokens-rows"), "token-row", found, renderToken),
});
const events = new Panel("events", {
  fetch: (signal) => operators.events({ user: id, pageSize: RECENT }, signal),
  isEmpty: ({ results }) => results.length === 0,
  render: ({ results }) => repeat(byId("events-rows"), "event-row", results, renderEvent),
});

/**
 * @param {HTMLElement} row
 * @param {import("../clients/account-api-client.js").SignedInSession} session
 */
function renderSession(row, session) {
  const title = session.by_operator ? text("An operator, acting as this user") : device(session.user_agent);
  const note = text("{network}. Last used: {used}. Signed in: {since}.", {
    network: session.network || text("Unknown network"),
    used: dayAndTime(session.last_used_at),
    since: dayAndTime(session.created_at),
  });
  fill(row, { device: title, note });
  row.title = session.user_agent;
  endsOne(row, "sessions", {
    label: text("End the session {device}, {network}", { device: title, network: session.network }),
    title: text("End this session?"),
    text: text("{device} has to sign in again.", { device: title }),
    action: text("End session"),
    run: () => operators.endSession(id, session.id),
    done: text("The session {device} has ended.", { device: title }),
  });
}

/**
 * @param {HTMLElement} row
 * @param {import("../clients/account-api-client.js").PersonalToken} token
 */
function renderToken(row, token) {
  const note = text("{hint}… {roles}. Expires on {day}, {used}.", {
    hint: token.hint,
    roles: roleNames(token.scopes),
    day: day(token.expires_at),
    used: lastUse(token.last_used_at),
  });
  fill(row, { name: token.name, note });
  endsOne(row, "tokens", {
    label: text("Revoke {name}", { name: token.name }),
    title: text("Revoke {name}?", { name: token.name }),
    text: text("Programs that use this token lose access at once."),
    action: text("Revoke"),
    run: () => operators.revokeToken(id, token.id),
    done: text("{name} has been revoked.", { name: token.name }),
  });
}

/**
 * Let the button of a row end what the row shows.
 * @param {HTMLElement} row
 * @param {"sessions" | "tokens"} list
 * @param {import("../ui/user-actions.js").Action & {label: string}} action
 */
function endsOne(row, list, action) {
  const button = /** @type {HTMLButtonElement} */ (row.querySelector("[data-end]"));
  button.setAttribute("aria-label", action.label);
  onPress(button, byId(`${list}-problem`), () => perform(action, byId(`${list}-done`)));
}

/**
 * @param {HTMLElement} row
 * @param {import("../clients/operators-api-client.js").StoredEvent} event
 */
function renderEvent(row, event) {
  const by = event.actor === "" || event.actor === event.user_id ? "" : text("By {actor}", { actor: event.actor });
  const note = [by, event.network, event.reason].filter(Boolean).join(". ");
  fill(row, { kind: eventName(event.kind), note, at: dayAndTime(event.at) });
  row.querySelector("time")?.setAttribute("datetime", event.at);
  /** @type {HTMLElement} */ (row.querySelector("[data-failed]")).hidden = event.succeeded;
}

/**
 * Ask, do it, and show what has changed. Throws {@link Canceled} if the operator changes their mind.
 * @param {import("../ui/user-actions.js").Action} action
 * @param {HTMLElement} done
 */
async function perform(action, done) {
  tell(done, "");
  if (!(await confirmed(action))) throw new Canceled();
  await withProof(action.run);
  if (action.done === "") return;
  await Promise.all([user, sessions, tokens, events].map((panel) => panel.load()));
  tell(done, action.done);
}

for (const button of byId("actions").querySelectorAll("button")) {
  onPress(button, byId("actions-problem"), async () => {
    const action = userActions(operators, id, name)[button.dataset.action ?? ""];
    await perform(action, byId("actions-done"));
    if (button.dataset.next === undefined) return;
    location.assign(button.dataset.next);
    await new Promise(() => {});
  });
}
enhance(byId("roles-form", HTMLFormElement), async (fields) => {
  const wanted = fields.getAll("roles").map(String);
  const what = text("New roles: {roles}. Access tokens with the previous roles stop working at once.", {
    roles: roleNames(wanted),
  });
  if (!(await confirmed({ title: text("Change the roles of {name}?", { name }), text: what, action: text("Save roles") }))) throw new Canceled();
  await withProof(() => operators.setRoles(id, wanted));
  await Promise.all([user.load(), roles.load(), events.load()]);
  return text("The roles have been saved.");
});
const form = byId("act-form", HTMLFormElement);
enhance(form, async (fields) => {
  const what = text(
    "Your own session ends, and this browser is signed in as {name} for a limited time. Then you sign in again.",
    { name },
  );
  if (!(await confirmed({ title: text("Act as {name}?", { name }), text: what, action: text("Act as this user") }))) throw new Canceled();
  await withProof(() => operators.impersonate(id, String(fields.get("reason")).trim()));
  tellOfSignIn();
  location.assign(form.dataset.next ?? "/");
  await new Promise(() => {});
});

showPasswords();
for (const panel of [user, roles, sessions, tokens, events]) panel.load();
