// @ts-check
import { ApiError } from "../../clients/src/errors.js";
import { byId } from "./dom.js";
import { problemText } from "./explanation.js";
import { text } from "./texts.js";

/**
 * A part of the page that loads on its own: it shows one of loading, content, empty or error.
 *
 * The elements are `#<name>` and, inside, `#<name>-loading`, `-content`, `-error` (with `[data-message]`,
 * `[data-reference]` and `[data-retry]`) and, where a list can have no entries, `-empty`.
 * @template T
 */
export class Panel {
  #root;
  #parts;
  #fetch;
  #render;
  #isEmpty;
  #current = new AbortController();

  /**
   * @param {string} name
   * @param {object} behaviour
   * @param {(signal: AbortSignal) => Promise<T>} behaviour.fetch
   * @param {(data: T) => void} behaviour.render
   * @param {(data: T) => boolean} [behaviour.isEmpty]
   */
  constructor(name, { fetch, render, isEmpty = () => false }) {
    this.#root = byId(name);
    this.#parts = {
      loading: byId(`${name}-loading`),
      content: byId(`${name}-content`),
      error: byId(`${name}-error`),
      empty: document.getElementById(`${name}-empty`),
    };
    this.#fetch = fetch;
    this.#render = render;
    this.#isEmpty = isEmpty;
    this.#parts.error.querySelector("[data-retry]")?.addEventListener("click", () => this.load());
  }

  /** Load, or load again. A load that is still running is aborted, so only the newest response is shown. */
  async load() {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    this.#busy();
    try {
      const data = await this.#fetch(signal);
      if (signal.aborted) return;
      const empty = this.#isEmpty(data);
      if (!empty || !this.#parts.empty) this.#render(data);
      this.#show(empty && this.#parts.empty ? "empty" : "content");
    } catch (problem) {
      if (!signal.aborted) this.#fail(problem);
    }
  }

  /** During a reload, the style sheet dims the old content instead of removing it, so the page doesn't flicker. */
  #busy() {
    this.#root.setAttribute("aria-busy", "true");
    if (this.#parts.content.hidden) this.#reveal("loading");
  }

  /** @param {"content" | "empty" | "error"} state */
  #show(state) {
    this.#root.setAttribute("aria-busy", "false");
    this.#reveal(state);
  }

  /** @param {string} state */
  #reveal(state) {
    for (const [name, part] of Object.entries(this.#parts)) {
      if (part) part.hidden = name !== state;
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    const known = error instanceof ApiError;
    if (!known) console.error(error);
    const { error: place } = this.#parts;
    setText(place.querySelector("[data-message]"), known ? problemText(error) : text("This part of the page failed to load. Reload the page to try again."));
    setText(place.querySelector("[data-reference]"), known && error.requestId ? text("Request ID: {id}", { id: error.requestId }) : "");
    this.#show("error");
  }
}

/**
 * @param {Element | null} element
 * @param {string} content
 */
function setText(element, content) {
  if (element) element.textContent = content;
}
