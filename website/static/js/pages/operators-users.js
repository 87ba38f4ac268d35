// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { addressState } from "../ui/address-state.js";
import { debounce } from "../ui/debounce.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { day } from "../ui/format.js";
import { PagedList } from "../ui/paged-list.js";
import { roleNames } from "../ui/role-boxes.js";
import { text } from "../ui/texts.js";
import { showState } from "../ui/user-state.js";

const TYPING_PAUSE_MS = 250;

const operators = new OperatorsAPIClient();
const search = byId("users-search", HTMLInputElement);
const role = byId("users-role", HTMLSelectElement);
const active = byId("users-active", HTMLSelectElement);
const clear = byId("users-clear", HTMLButtonElement);

const filters = () => ({ search: search.value.trim(), role: role.value, active: active.value });

const users = new PagedList("users", {
  fetch: (page, signal) => {
    const isFiltered = Object.values(filters()).some(Boolean);
    byId("users-empty-text").textContent = isFiltered
      ? text("No users match your search.")
      : text("No users yet.");
    clear.hidden = !isFiltered;
    return operators.users({ ...page, ...filters() }, signal);
  },
  render: (found) =>
    repeat(byId("users-rows"), "user-row", found, (row, user) => {
      const { username, email } = user;
      fill(row, { username, email, roles: roleNames(user.roles), created: day(user.created_at) });
      showState(row, user.is_active);
      row.querySelector("time")?.setAttribute("datetime", user.created_at);
      row.querySelector("[data-link]")?.setAttribute("href", `/operators/users/${encodeURIComponent(user.id)}/`);
    }),
});

/** Offer the platform's roles. Without them, the list works, and a role in the URL still filters. */
async function offerRoles() {
  const names = await operators.roles().catch(() => []);
  const known = names.filter(({ name }) => name !== role.value);
  role.append(...known.map(({ name }) => new Option(name)));
}

function showFirstPage() {
  users.show(1, filters());
}

search.value = addressState.read("search");
active.value = addressState.read("active");
if (active.selectedIndex < 0) active.value = "";
const wanted = addressState.read("role");
if (wanted) role.append(new Option(wanted, wanted, true, true));

search.addEventListener("input", debounce(showFirstPage, TYPING_PAUSE_MS));
role.addEventListener("change", showFirstPage);
active.addEventListener("change", showFirstPage);
clear.addEventListener("click", () => {
  search.value = role.value = active.value = "";
  search.focus();
  showFirstPage();
});

users.load();
offerRoles();
