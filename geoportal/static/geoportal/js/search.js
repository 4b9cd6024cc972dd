// The search box: places and features as one types (the combobox of the ARIA Authoring Practices, 1.2).

import { byId, debounced, element, icon } from "./dom.js";
import { getJson, isAbort } from "./request.js";
import { fill } from "./text.js";

const WAIT_MS = 200;
const SHORTEST = 2;

/**
 * @typedef {{type: "place"|"feature"|"words", title: string, detail: string, sign: string, result: any}} Option
 */

export class Search {
  /**
   * @param {import("./config.js").Config} config
   * @param {{begun: () => void, place: (place: any) => void, feature: (feature: any) => void, words: (words: string) => void,
   *   region: () => string}} on what choosing an option does, and which `region` is searched
   */
  constructor(config, on) {
    this.config = config;
    this.on = on;
    this.input = byId("search-input");
    this.list = byId("search-results");
    this.status = byId("search-status");
    /** @type {Option[]} */
    this.options = [];
    this.active = -1;
    this.asking = new AbortController();
    const ask = debounced(() => this.#ask(), WAIT_MS);
    this.input.addEventListener("input", () => ask());
    this.input.addEventListener("focus", () => {
      this.on.begun();
      if (this.options.length > 0) {
        this.#open(true);
      }
    });
    this.input.addEventListener("blur", () => this.#open(false));
    this.input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
    // Else the field loses the focus, and the list closes before the press arrives.
    this.list.addEventListener("pointerdown", (/** @type {Event} */ event) => event.preventDefault());
    byId("search").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#choose(Math.max(0, this.active));
    });
  }

  async #ask() {
    const words = this.input.value.trim();
    this.asking.abort();
    if (words.length < SHORTEST) {
      this.#show([], "");
      return;
    }
    const asking = new AbortController();
    this.asking = asking;
    const query = new URLSearchParams({ q: words, lang: this.config.language });
    const region = this.on.region();
    if (region) {
      query.set("region", region);
    }
    try {
      const found = await getJson(`${this.config.search_url}?${query}`, { signal: asking.signal });
      if (!asking.signal.aborted) {
        this.#show(this.#optionsOf(found, words), words);
      }
    } catch (error) {
      if (!isAbort(error)) {
        this.#show([], "");
        this.status.textContent = this.config.text.search_failed;
      }
    }
  }

  /**
   * @param {{places: any[], features: any[]}} found
   * @param {string} words
   * @returns {Option[]}
   */
  #optionsOf(found, words) {
    const kinds = new Map(this.config.layers.map((layer) => [layer.kind, layer]));
    const places = found.places.map((place) => ({
      type: /** @type {const} */ ("place"),
      title: place.name,
      detail: [this.config.place_kinds[place.kind], place.parent].filter(Boolean).join(" · "),
      sign: "place",
      result: place,
    }));
    const features = found.features.map((feature) => ({
      type: /** @type {const} */ ("feature"),
      title: feature.title,
      detail: kinds.get(feature.kind)?.kind_title ?? "",
      sign: feature.kind,
      result: feature,
    }));
    const filter = {
      type: /** @type {const} */ ("words"),
      title: fill(this.config.text.search_words, { words }),
      detail: "",
      sign: "search",
      result: words,
    };
    return [...places, ...features, filter];
  }

  /**
   * @param {Option[]} options
   * @param {string} words
   */
  #show(options, words) {
    const { text, sprite } = this.config;
    this.options = options;
    this.#mark(-1);
    const rows = options.map((option, position) =>
      element(
        "li",
        { id: `search-option-${position}`, className: `option kind-${option.sign}`, onclick: () => this.#choose(position) },
        { attributes: { role: "option", "aria-selected": "false" }, data: { type: option.type } },
        icon(sprite, option.sign),
        element("span", { className: "option-title", textContent: option.title }),
        option.detail ? element("span", { className: "option-detail", textContent: option.detail }) : null,
      ),
    );
    this.list.replaceChildren(...rows);
    this.#open(options.length > 0 && document.activeElement === this.input);
    const found = options.filter((option) => option.type !== "words").length;
    if (words) {
      this.status.textContent = found ? fill(text.search_results, { count: found }) : fill(text.search_none, { words });
    } else {
      this.status.textContent = "";
    }
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {number} position -1: none */
  #mark(position) {
    this.active = position;
    [...this.list.children].forEach((row, each) => {
      row.setAttribute("aria-selected", String(each === position));
      if (each === position) {
        row.scrollIntoView({ block: "nearest" });
      }
    });
    if (position < 0) {
      this.input.removeAttribute("aria-activedescendant");
    } else {
      this.input.setAttribute("aria-activedescendant", `search-option-${position}`);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const count = this.options.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
      event.preventDefault();
      this.#open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#mark(this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.#open(false);
    }
  }

  /** @param {number} position */
  #choose(position) {
    const option = this.options[position];
    if (!option) {
      return;
    }
    this.input.value = option.type === "words" ? "" : option.title;
    this.options = [];
    this.#open(false);
    this.on[option.type](option.result);
  }
}
