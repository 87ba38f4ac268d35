// @ts-check
import { confirmed } from "./confirm.js";
import { byId, fill, repeat } from "./dom.js";
import { onPress } from "./form.js";
import { day } from "./format.js";
import { leaveFor } from "./other-providers.js";
import { withProof } from "./reauthenticate.js";
import { text } from "./texts.js";

/** Other providers on the security page: connect, disconnect. */
export class ConnectionList {
  #account;
  #changed;

  /**
   * @param {import("../clients/account-api-client.js").AccountAPIClient} account
   * @param {(what: string) => Promise<void>} changed
   */
  constructor(account, changed) {
    this.#account = account;
    this.#changed = changed;
  }

  /** @param {import("../clients/account-api-client.js").Connection[]} connections */
  render(connections) {
    byId("connections-none").hidden = connections.length > 0;
    repeat(byId("connections-rows"), "connection-row", connections, (row, each) => {
      const since = each.connected_at ? text("Connected on {day}", { day: day(each.connected_at) }) : text("Not connected");
      fill(row, { name: each.name, note: each.email ? `${since}, ${each.email}.` : `${since}.` });
      const button = /** @type {HTMLButtonElement} */ (row.querySelector("button"));
      button.textContent = each.connected_at ? text("Disconnect") : text("Connect");
      button.setAttribute("aria-label", `${button.textContent} ${each.name}`);
      button.classList.add(each.connected_at ? "btn-outline-danger" : "btn-outline-secondary");
      onPress(button, byId("connections-problem"), () => (each.connected_at ? this.#disconnect(each) : this.#connect(each)));
    });
  }

  /** @param {import("../clients/account-api-client.js").Connection} connection */
  async #connect({ id }) {
    await leaveFor(withProof(() => this.#account.connect(id)));
  }

  /** @param {import("../clients/account-api-client.js").Connection} connection */
  async #disconnect({ id, name }) {
    const why = text("You can't sign in with {name} anymore.", { name });
    if (!(await confirmed({ title: text("Disconnect {name}?", { name }), text: why, action: text("Disconnect") }))) return;
    await withProof(() => this.#account.disconnect(id));
    await this.#changed(text("{name} has been disconnected.", { name }));
  }
}
