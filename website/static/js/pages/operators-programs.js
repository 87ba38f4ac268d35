// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { day } from "../ui/format.js";
import { lastUse } from "../ui/last-use.js";
import { PagedList } from "../ui/paged-list.js";
import { roleNames } from "../ui/role-boxes.js";
import { text } from "../ui/texts.js";

const operators = new OperatorsAPIClient();

new PagedList("programs", {
  fetch: (page, signal) => operators.serviceAccounts(page, signal),
  render: (found) =>
    repeat(byId("programs-rows"), "program-row", found, (row, account) => {
      const values = { roles: roleNames(account.roles), created: day(account.created_at) };
      const note = text("{roles}. Created on {created}.", values);
      fill(row, { id: account.id, name: account.name, note });
      /** @type {HTMLElement} */ (row.querySelector("[data-disabled]")).hidden = account.is_active;
      const secrets = /** @type {HTMLElement} */ (row.querySelector(".secrets"));
      repeat(secrets, "secret-row", account.secrets, (item, secret) => {
        item.textContent = secretWords(secret);
      });
    }),
}).load();

/** @param {import("../clients/operators-api-client.js").Secret} secret */
function secretWords(secret) {
  const ends = secret.expires_at ? text(", valid until {day}", { day: day(secret.expires_at) }) : "";
  return text("Secret {hint}…, created on {created}, {used}{ends}.", {
    hint: secret.hint,
    created: day(secret.created_at),
    used: lastUse(secret.last_used_at),
    ends,
  });
}
