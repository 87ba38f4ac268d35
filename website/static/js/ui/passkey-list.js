// @ts-check
import { confirmed } from "./confirm.js";
import { byId, fill, repeat } from "./dom.js";
import { clear, enhance, onPress } from "./form.js";
import { day } from "./format.js";
import { lastUse } from "./last-use.js";
import { createPasskey, requirePasskeys } from "./passkeys.js";
import { withProof } from "./reauthenticate.js";
import { text } from "./texts.js";

/** The passkeys on the security page: add, rename, remove. */
export class PasskeyList {
  #account;
  #changed;
  #renamed = "";
  #dialog = byId("rename-dialog", HTMLDialogElement);
  #renameForm = byId("rename-form", HTMLFormElement);

  /**
   * @param {import("../clients/account-api-client.js").AccountAPIClient} account
   * @param {(what: string, codes?: string[]) => Promise<void>} changed
   */
  constructor(account, changed) {
    this.#account = account;
    this.#changed = changed;
    const form = byId("passkey-form", HTMLFormElement);
    enhance(form, async (fields) => {
      requirePasskeys();
      const options = await withProof(() => account.passkeyOptions(fields.has("signs_in")));
      const credential = await createPasskey(options);
      const name = String(fields.get("name")).trim();
      const { recovery_codes: codes } = await withProof(() => account.addPasskey({ name, credential }));
      form.reset();
      await changed(text("The passkey has been added."), codes);
    });
    byId("rename-cancel").addEventListener("click", () => this.#dialog.close());
    enhance(this.#renameForm, async (fields) => {
      await withProof(() => account.renamePasskey(this.#renamed, String(fields.get("name")).trim()));
      this.#dialog.close();
      await changed(text("The passkey has been renamed."));
    });
  }

  /** @param {import("../clients/account-api-client.js").Passkey[]} passkeys */
  render(passkeys) {
    byId("passkeys-none").hidden = passkeys.length > 0;
    repeat(byId("passkeys-rows"), "passkey-row", passkeys, (row, passkey) => {
      const use = passkey.signs_in ? text("Signs in without a password") : text("Second factor only");
      const last = lastUse(passkey.last_used_at);
      fill(row, { name: passkey.name, note: text("{use}. Added on {day}, {last}.", { use, day: day(passkey.created_at), last }) });
      const rename = /** @type {HTMLButtonElement} */ (row.querySelector("[data-rename]"));
      rename.setAttribute("aria-label", text("Rename {name}", { name: passkey.name }));
      rename.addEventListener("click", () => this.#rename(passkey));
      const remove = /** @type {HTMLButtonElement} */ (row.querySelector("[data-remove]"));
      remove.setAttribute("aria-label", text("Remove {name}", { name: passkey.name }));
      onPress(remove, byId("factors-problem"), () => this.#remove(passkey));
    });
  }

  /** @param {import("../clients/account-api-client.js").Passkey} passkey */
  #rename(passkey) {
    this.#renamed = passkey.id;
    clear(this.#renameForm);
    this.#dialog.showModal();
    const name = byId("rename-name", HTMLInputElement);
    name.value = passkey.name;
    name.select();
  }

  /** @param {import("../clients/account-api-client.js").Passkey} passkey */
  async #remove(passkey) {
    const why = text("It can't be used to sign in anymore. Delete it on your device too.");
    if (!(await confirmed({ title: text("Remove {name}?", { name: passkey.name }), text: why, action: text("Remove") }))) return;
    await withProof(() => this.#account.removePasskey(passkey.id));
    await this.#changed(text("The passkey has been removed."));
  }
}
