// @ts-check
import { AccountAPIClient } from "../clients/account-api-client.js";
import { api } from "../clients/session.js";
import { confirmed } from "../ui/confirm.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { enhance, onPress, tell } from "../ui/form.js";
import { day } from "../ui/format.js";
import { lastUse } from "../ui/last-use.js";
import { Panel } from "../ui/panel.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { copyOnPress } from "../ui/secrets.js";
import { text } from "../ui/texts.js";

const account = new AccountAPIClient();
const dialog = byId("token-dialog", HTMLDialogElement);
const secret = byId("token-secret");

const tokens = new Panel("tokens", {
  fetch: (signal) => account.tokens(signal),
  isEmpty: (found) => found.length === 0,
  render: (found) => repeat(byId("tokens-rows"), "token-row", found, renderRow),
});
const roles = new Panel("roles", {
  fetch: (signal) => api.getProfile({ signal }),
  render: (profile) => {
    repeat(byId("token-scopes"), "token-scope", profile.roles, (label, role) => {
      fill(label, { role });
      const input = /** @type {HTMLInputElement} */ (label.querySelector("input"));
      input.value = role;
      input.id = `token-scope-${role}`;
    });
    byId("token-no-scopes").hidden = profile.roles.length > 0;
  },
});

/**
 * @param {HTMLElement} row
 * @param {import("../clients/account-api-client.js").PersonalToken} token
 */
function renderRow(row, token) {
  const scopes = token.scopes.join(", ") || text("No roles");
  const used = lastUse(token.last_used_at);
  fill(row, { name: token.name, note: text("{hint}… {scopes}. Expires on {day}, {used}.", { hint: token.hint, scopes, day: day(token.expires_at), used }) });
  const button = /** @type {HTMLButtonElement} */ (row.querySelector("[data-revoke]"));
  button.setAttribute("aria-label", text("Revoke {name}", { name: token.name }));
  onPress(button, byId("tokens-problem"), async () => {
    const why = text("Programs that use this token lose access at once.");
    if (!(await confirmed({ title: text("Revoke {name}?", { name: token.name }), text: why, action: text("Revoke") }))) return;
    await account.revokeToken(token.id);
    await tokens.load();
    tell(byId("tokens-done"), text("{name} has been revoked.", { name: token.name }));
  });
}

const form = byId("token-form", HTMLFormElement);
enhance(form, async (fields) => {
  tell(byId("tokens-done"), "");
  const request = {
    name: String(fields.get("name")).trim(),
    scopes: fields.getAll("scopes").map(String),
    expires_in_days: Number(fields.get("expires_in_days")),
  };
  const { token } = await withProof(() => account.createToken(request));
  form.reset();
  secret.textContent = token;
  byId("token-status").textContent = "";
  dialog.showModal();
  secret.focus();
  await tokens.load();
});
copyOnPress(byId("token-copy", HTMLButtonElement), byId("token-status"), () => secret.textContent ?? "");
byId("token-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  secret.textContent = "";
});

showPasswords();
tokens.load();
roles.load();
