// The numbers beside the choices and over time: asked of the shown layers, added up, handed to who shows them.

import { debounced } from "./dom.js";
import { layerQuery, withQuery } from "./filters.js";
import { getJson } from "./request.js";

const WAIT_MS = 200;

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./config.js").Config} Config
 * @typedef {import("./config.js").Layer} Layer
 * @typedef {{status: Map<string, number>, group: Map<string, number>, category: Map<string, number>,
 *   region: Map<string, number>}} Facets how many there are of each code, each facet under all filters but its own
 * @typedef {{from: string, to: string, count: number}} Bin days, both included
 * @typedef {{layer: Layer, bins: Bin[]}} History
 * @typedef {{isEmpty: boolean, facets: Record<string, {code: string, count: number}[]>} & History} Answer
 */

export class Figures {
  /**
   * @param {Config} config
   * @param {{show: (facets: Facets|null) => void}} choices
   * @param {{show: (history: History[]) => void}} histogram
   */
  constructor(config, choices, histogram) {
    this.config = config;
    this.choices = choices;
    this.histogram = histogram;
    this.asking = new AbortController();
    this.asked = "";
    /** @type {Map<string, Answer>} by the layers' names, of the state that is shown */
    this.kept = new Map();
    this.later = debounced((/** @type {State} */ state) => this.#ask(state), WAIT_MS);
  }

  /**
   * Brings the numbers to a state, once it has stayed for a moment; only the newest is answered.
   *
   * @param {State} state
   */
  show(state) {
    const asked = JSON.stringify(this.#addresses(state));
    if (asked !== this.asked) {
      this.asked = asked;
      this.kept.clear();
      this.asking.abort();
      document.body.dataset.figures = "loading";
      this.later(state);
    }
  }

  /**
   * The data of these layers changed: what is shown stays until the new is there, and only they are asked.
   *
   * @param {State} state
   * @param {string[]} layers
   */
  refresh(state, layers) {
    for (const layer of layers) {
      this.kept.delete(layer);
    }
    this.asking.abort();
    this.later(state);
  }

  /** @param {State} state */
  async #ask(state) {
    const asking = new AbortController();
    this.asking = asking;
    const get = (/** @type {string|null} */ address) => address && getJson(address, { signal: asking.signal });
    try {
      const answers = await Promise.all(
        this.#addresses(state).map(async ({ layer, facets, history, isEmpty }) => {
          const kept = this.kept.get(layer.name);
          if (kept) {
            return kept;
          }
          const [counted, bins] = await Promise.all([get(facets), get(history)]);
          return { layer, isEmpty, facets: counted.facets, bins: bins ? bins.bins : [] };
        }),
      );
      if (!asking.signal.aborted) {
        this.kept = new Map(answers.map((answer) => [answer.layer.name, answer]));
        this.choices.show(sums(this.config, answers));
        this.histogram.show(answers);
        document.body.dataset.figures = "ready";
      }
    } catch {
      // The counts say what is wrong; a number that may no longer be true is worse than none.
      if (!asking.signal.aborted) {
        this.asked = "";
        this.kept.clear();
        this.choices.show(null);
        this.histogram.show([]);
        document.body.dataset.figures = "failed";
      }
    }
  }

  /** @param {State} state */
  #addresses(state) {
    const layers = this.config.layers.filter((layer) => state.layers.includes(layer.name));
    return layers.map((layer) => {
      const query = layerQuery(this.config, layer, state);
      // Statuses of other kinds alone are asked for: nothing of this layer is shown, but other statuses would show it.
      const asked = query ?? layerQuery(this.config, layer, { ...state, status: "" }) ?? new URLSearchParams();
      const always = query && layerQuery(this.config, layer, { ...state, from: "", to: "" });
      return {
        layer,
        isEmpty: query === null,
        facets: withQuery(layer.facets, asked),
        history: always && withQuery(layer.histogram, always, { interval: "month" }),
      };
    });
  }
}

/**
 * @param {Config} config
 * @param {Answer[]} answers
 * @returns {Facets}
 */
function sums(config, answers) {
  /** @type {Facets} */
  const all = { status: new Map(), group: new Map(), category: new Map(), region: new Map() };
  const add = (/** @type {Map<string, number>} */ counts, /** @type {string|null|undefined} */ code, /** @type {number} */ count) => {
    if (code) {
      counts.set(code, (counts.get(code) ?? 0) + count);
    }
  };
  const parents = new Map(config.categories.map((category) => [category.code, category.parent]));
  for (const { layer, isEmpty, facets } of answers) {
    const groups = new Map(layer.statuses.map((status) => [status.code, status.group]));
    for (const { code, count } of facets.status) {
      add(all.status, code, count);
      add(all.group, groups.get(code), count);
    }
    for (const { code, count } of isEmpty ? [] : facets.category) {
      add(all.category, code, count);
      add(all.category, parents.get(code), count);
    }
    for (const { code, count } of isEmpty ? [] : facets.region) {
      add(all.region, code, count);
    }
  }
  return all;
}
