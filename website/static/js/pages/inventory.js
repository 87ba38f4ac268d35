// @ts-check
import { api } from "../clients/session.js";
import { addressState } from "../ui/address-state.js";
import { debounce } from "../ui/debounce.js";
import { byId, fill, repeat } from "../ui/dom.js";
import { money, words } from "../ui/format.js";
import { ItemDialog } from "../ui/item-dialog.js";
import { PagedList } from "../ui/paged-list.js";
import { markStock } from "../ui/stock.js";
import { text } from "../ui/texts.js";

const TYPING_PAUSE_MS = 250;

const { inventory } = api;
const dialog = new ItemDialog(inventory);
const search = byId("items-search", HTMLInputElement);
const inStock = byId("items-in-stock", HTMLInputElement);
const ordering = byId("items-ordering", HTMLSelectElement);
const clear = byId("items-clear", HTMLButtonElement);

const items = new PagedList("items", {
  fetch: (page, signal) => {
    const filters = { search: search.value.trim(), inStock: inStock.checked || undefined };
    const filtered = filters.search !== "" || inStock.checked;
    byId("items-empty-text").textContent = filtered ? text("No items match your search.") : text("No items yet.");
    clear.hidden = !filtered;
    return inventory.getInventoryItems({ ...page, ...filters, ordering: ordering.value }, { signal });
  },
  render: renderItems,
});

/** @param {import("../../clients/src/index.js").Item[]} entries */
function renderItems(entries) {
  repeat(byId("items-rows"), "item-row", entries, (row, item) => {
    fill(row, {
      name: item.name,
      sku: item.sku,
      category: text(words(item.category)),
      price: money(item.price),
    });
    markStock(row, item.quantity);
    row.querySelector("[data-open]")?.addEventListener("click", () => dialog.open(String(item.id)));
  });
}

function showFirstPage() {
  items.show(1, {
    search: search.value.trim(),
    ordering: ordering.value,
    in_stock: inStock.checked ? "true" : "",
  });
}

search.value = addressState.read("search");
inStock.checked = addressState.read("in_stock") === "true";
ordering.value = addressState.read("ordering");
if (ordering.selectedIndex < 0) ordering.value = "";

search.addEventListener("input", debounce(showFirstPage, TYPING_PAUSE_MS));
inStock.addEventListener("change", showFirstPage);
ordering.addEventListener("change", showFirstPage);
clear.addEventListener("click", () => {
  search.value = "";
  inStock.checked = false;
  search.focus();
  showFirstPage();
});

items.load();
const linked = addressState.read("item");
if (linked) dialog.open(linked);
