// @ts-check
import { wholeNumber } from "./format.js";
import { text } from "./texts.js";

/** The bar under a list: previous page, position, next page. */
export class Pagination {
  #nav;
  #pageSize;
  #page = 1;

  /**
   * @param {HTMLElement} nav with `[data-page="previous"]`, `[data-position]` and `[data-page="next"]`
   * @param {{pageSize: number, onPage: (page: number) => void}} options
   */
  constructor(nav, { pageSize, onPage }) {
    this.#nav = nav;
    this.#pageSize = pageSize;
    this.#button("previous").addEventListener("click", () => onPage(this.#page - 1));
    this.#button("next").addEventListener("click", () => onPage(this.#page + 1));
  }

  /**
   * @param {number} page
   * @param {number} count of all entries
   */
  show(page, count) {
    const last = Math.max(1, Math.ceil(count / this.#pageSize));
    const first = (page - 1) * this.#pageSize + 1;
    const until = Math.min(page * this.#pageSize, count);
    this.#page = page;
    this.#button("previous").disabled = page <= 1;
    this.#button("next").disabled = page >= last;
    const position = this.#nav.querySelector("[data-position]");
    if (position) position.textContent = text("{first}–{until} of {count}", {
        first: wholeNumber(first),
        until: wholeNumber(until),
        count: wholeNumber(count),
      });
  }

  /** @param {"previous" | "next"} which */
  #button(which) {
    return /** @type {HTMLButtonElement} */ (this.#nav.querySelector(`[data-page="${which}"]`));
  }
}
