// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { day } from "../ui/format.js";
import { PagedList } from "../ui/paged-list.js";
import { roleNames } from "../ui/role-boxes.js";

const operators = new OperatorsAPIClient();

new PagedList("programs", {
  fetch: (page, signal) => operators.serviceAccounts(page, signal),
  render: (found) =>
    repeat(byId("programs-rows"), "program-row", found, (row, account) => {
      const note = `${roleNames(account.roles)}. Created on ${day(account.created_at)}.`;
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
  const used = secret.last_used_at ? `last used on ${day(secret.last_used_at)}` : "not used yet";
  const ends = secret.expires_at ? `, valid until ${day(secret.expires_at)}` : "";
  return `Secret ${secret.hint}…, created on ${day(secret.created_at)}, ${used}${ends}.`;
}
