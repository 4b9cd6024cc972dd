// How many there are: of each layer under the filters in use, and without any.

import { byId } from "./dom.js";
import { layerQuery, listAddress, withQuery } from "./filters.js";
import { getJson, isAbort } from "./request.js";
import { fill } from "./text.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./config.js").Config} Config
 * @typedef {import("./config.js").Layer} Layer
 */

export class Counts {
  /**
   * @param {Config} config
   * @param {(number: number) => string} number
   */
  constructor(config, number) {
    this.config = config;
    this.number = number;
    this.summary = byId("summary");
    this.asking = new AbortController();
  }

  /**
   * Asks for the numbers of a state and writes them down.
   *
   * @param {State} state
   * @param {{again?: boolean}} [options] `again`: the data changed, and what is shown stays until the new is there
   * @returns {Promise<number|null>} how many are shown; null when a newer state was asked for meanwhile
   * @throws {import("./request.js").HttpError|import("./request.js").NetworkError}
   */
  async show(state, { again = false } = {}) {
    this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    if (!again) {
      this.summary.dataset.state = "loading";
    }
    try {
      const rows = await Promise.all(this.config.layers.map((layer) => this.#both(layer, state, asking.signal)));
      if (asking.signal.aborted) {
        return null;
      }
      return this.#write(state, rows);
    } catch (error) {
      if (isAbort(error) || asking.signal.aborted) {
        return null;
      }
      this.summary.dataset.state = "error";
      this.summary.textContent = this.config.text.uncounted;
      throw error;
    }
  }

  /**
   * @param {Layer} layer
   * @param {State} state
   * @param {AbortSignal} signal
   */
  async #both(layer, state, signal) {
    const whole = { ...state, category: "", status: "", from: "", to: "", q: "", at: "" };
    const isCountry = this.config.jurisdictions.some((each) => each.code === state.region);
    const all = layerQuery(this.config, layer, { ...whole, region: isCountry ? state.region : "" });
    const asked = layerQuery(this.config, layer, state);
    const [total, shown] = await Promise.all([this.#count(layer, all, signal), this.#count(layer, asked, signal)]);
    return { layer, total, shown };
  }

  /**
   * @param {Layer} layer
   * @param {URLSearchParams|null} query
   * @param {AbortSignal} signal
   * @returns {Promise<number>}
   */
  async #count(layer, query, signal) {
    if (query === null) {
      return 0;
    }
    const address = withQuery(layer.api, query, { limit: "1", lang: this.config.language });
    const body = await getJson(address, { signal });
    return body.numberMatched;
  }

  /**
   * @param {State} state
   * @param {{layer: Layer, total: number, shown: number}[]} rows
   */
  #write(state, rows) {
    const { text } = this.config;
    for (const { layer, total, shown } of rows) {
      const cell = /** @type {HTMLElement} */ (document.querySelector(`[data-count="${layer.name}"]`));
      cell.textContent = shown === total ? this.number(total) : `${this.number(shown)} / ${this.number(total)}`;
      const link = /** @type {HTMLAnchorElement} */ (document.querySelector(`[data-list="${layer.name}"]`));
      link.href = listAddress(this.config, layer, state);
    }
    const visible = rows.filter(({ layer }) => state.layers.includes(layer.name));
    const shown = visible.reduce((sum, row) => sum + row.shown, 0);
    const total = rows.reduce((sum, row) => sum + row.total, 0);
    const words = { count: this.number(shown), total: this.number(total) };
    this.summary.textContent = shown === total ? fill(text.shown_all, words) : fill(text.shown, words);
    this.summary.dataset.state = "ready";
    this.summary.dataset.count = String(shown);
    return shown;
  }
}
