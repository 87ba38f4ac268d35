// @ts-check
import { confirmed } from "./confirm.js";
import { byId } from "./dom.js";
import { clear, enhance, onPress } from "./form.js";
import { day } from "./format.js";
import { withProof } from "./reauthenticate.js";
import { text } from "./texts.js";

/** The authenticator app on the security page: set up, replace, remove. */
export class AuthenticatorApp {
  #account;
  #dialog = byId("app-dialog", HTMLDialogElement);
  #form = byId("app-form", HTMLFormElement);

  /**
   * @param {import("../clients/account-api-client.js").AccountAPIClient} account
   * @param {(what: string, codes?: string[]) => Promise<void>} changed
   */
  constructor(account, changed) {
    this.#account = account;
    const problem = byId("factors-problem");
    onPress(byId("app-set-up", HTMLButtonElement), problem, () => this.#setUp());
    onPress(byId("app-remove", HTMLButtonElement), problem, async () => {
      const why = text("You won't be asked for its codes anymore.");
      if (!(await confirmed({ title: text("Remove the authenticator app?"), text: why, action: text("Remove") }))) return;
      await withProof(() => account.removeApp());
      await changed(text("The authenticator app has been removed."));
    });
    byId("app-cancel").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#forget());
    enhance(this.#form, async (fields) => {
      const code = String(fields.get("code")).trim();
      const { recovery_codes: codes } = await withProof(() => account.confirmApp(code));
      this.#dialog.close();
      await changed(text("The authenticator app is turned on."), codes);
    });
  }

  /** @param {{created_at: string, last_used_at: string | null} | null} app */
  render(app) {
    byId("app-set-up").textContent = app ? text("Replace") : text("Set up");
    byId("app-remove").hidden = app === null;
    byId("app-state").textContent = app
      ? `${text("Set up on {day}.", { day: day(app.created_at) })} ${app.last_used_at ? text("Last used on {day}.", { day: day(app.last_used_at) }) : text("Not used yet.")}`
      : text("An app on your phone shows a new code every 30 seconds.");
  }

  async #setUp() {
    const { secret, qr_code: image } = await withProof(() => this.#account.setUpApp());
    byId("app-image", HTMLImageElement).src = image;
    byId("app-secret").textContent = secret.replace(/.{4}(?=.)/g, "$& ");
    this.#form.reset();
    clear(this.#form);
    this.#dialog.showModal();
    byId("app-code").focus();
  }

  /** Remove the secret from the page. */
  #forget() {
    byId("app-image").removeAttribute("src");
    byId("app-secret").textContent = "";
  }
}
