// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { addressState } from "./address-state.js";
import { byId } from "./dom.js";
import { Pagination } from "./pagination.js";
import { Panel } from "./panel.js";

const PAGE_SIZE = 10;

/**
 * A list with pages and filters, whose state is in the URL.
 * @template T
 */
export class PagedList {
  #page = addressState.readPage();
  #panel;

  /**
   * @param {string} name of the list's panel; `#<name>-pages` is the pagination
   * @param {object} behaviour
   * @param {(page: {page: number, pageSize: number}, signal: AbortSignal) =>
   *   Promise<import("../../clients/src/index.js").Page<T>>} behaviour.fetch
   * @param {(entries: T[]) => void} behaviour.render
   */
  constructor(name, { fetch, render }) {
    const pagination = new Pagination(byId(`${name}-pages`), {
      pageSize: PAGE_SIZE,
      onPage: (page) => this.show(page),
    });
    this.#panel = new Panel(name, {
      fetch: (signal) => this.#fetchPage(fetch, signal),
      render: ({ results, count }) => {
        render(results);
        pagination.show(this.#page, count);
      },
      isEmpty: ({ count }) => count === 0,
    });
  }

  /** Load the page that the URL names. */
  load() {
    return this.#panel.load();
  }

  /**
   * @param {number} page
   * @param {Record<string, string>} [filters] for the URL
   */
  show(page, filters = {}) {
    this.#page = page;
    addressState.write({ ...filters, page });
    return this.#panel.load();
  }

  /**
   * Fetch the page, or the first one if the page is past the end (an old link, or a shorter list).
   * @param {(page: {page: number, pageSize: number}, signal: AbortSignal) =>
   *   Promise<import("../../clients/src/index.js").Page<T>>} fetch
   * @param {AbortSignal} signal
   */
  async #fetchPage(fetch, signal) {
    try {
      return await fetch({ page: this.#page, pageSize: PAGE_SIZE }, signal);
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 404 || this.#page === 1) throw problem;
      this.#page = 1;
      addressState.write({ page: 1 });
      return fetch({ page: 1, pageSize: PAGE_SIZE }, signal);
    }
  }
}
