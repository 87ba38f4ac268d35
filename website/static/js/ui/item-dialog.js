// @ts-check
import { addressState } from "./address-state.js";
import { byId, fill } from "./dom.js";
import { money, wholeNumber, words } from "./format.js";
import { Panel } from "./panel.js";
import { text } from "./texts.js";

/** A dialog with one item. `?item=…` in the URL opens it. */
export class ItemDialog {
  #dialog = byId("item-dialog", HTMLDialogElement);
  #id = "";
  #panel;

  /** @param {import("../../clients/src/index.js").InventoryAPIClient} inventory */
  constructor(inventory) {
    this.#panel = new Panel("item", {
      fetch: (signal) => inventory.getInventoryItem(this.#id, { signal }),
      render: renderItem,
    });
    byId("item-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => addressState.write({ item: "" }));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close(); // the backdrop
    });
  }

  /** @param {string} id */
  open(id) {
    this.#id = id;
    addressState.write({ item: id });
    byId("item-title").textContent = text("Item");
    byId("item-content").hidden = true; // the previous item's
    this.#dialog.showModal();
    return this.#panel.load();
  }
}

/** @param {import("../../clients/src/index.js").Item} item */
function renderItem(item) {
  byId("item-title").textContent = item.name;
  fill(byId("item-content"), {
    ...item,
    category: text(words(item.category)),
    quantity: wholeNumber(item.quantity),
    price: money(item.price),
  });
}
