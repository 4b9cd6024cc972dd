// How many each choice of the filters would show, written beside it.

import { byId, element } from "./dom.js";

// Between a name and its number where the browser draws the list itself, without our styles.
const SEPARATOR = " · ";

/** @typedef {import("./figures.js").Facets} Facets */

export class Choices {
  /**
   * @param {import("./config.js").Config} config
   * @param {(number: number) => string} number
   */
  constructor(config, number) {
    this.config = config;
    this.number = number;
    /** @type {Facets|null} */
    this.facets = null;
  }

  /** @param {Facets|null} facets null: not known */
  show(facets) {
    this.facets = facets;
    this.redraw();
  }

  /** The same numbers again, after the form changed its options. */
  redraw() {
    const { facets } = this;
    const groups = new Set(this.config.groups.map((group) => group.code));
    const upper = this.config.categories.filter((category) => category.parent === null).map(({ code }) => code);
    const sum = (/** @type {Iterable<number>} */ counts) => [...counts].reduce((all, count) => all + count, 0);
    this.#write("filter-status", facets && ((code) => facets[groups.has(code) ? "group" : "status"].get(code) ?? 0), () =>
      sum(facets?.status.values() ?? []),
    );
    this.#write("filter-category", facets && ((code) => facets.category.get(code) ?? 0), () =>
      sum(upper.map((code) => facets?.category.get(code) ?? 0)),
    );
    for (const field of ["filter-oblast", "filter-rayon"]) {
      // What lies in no region is in the whole country all the same: the parts do not add up to it.
      this.#write(field, facets && ((code) => facets.region.get(code) ?? 0), null);
    }
  }

  /**
   * @param {string} field
   * @param {((code: string) => number)|null} countOf null: not known
   * @param {(() => number)|null} all the number beside "all of them"
   */
  #write(field, countOf, all) {
    for (const option of byId(field).options) {
      const { value, dataset } = option;
      dataset.title ??= option.text;
      const isSeveral = "several" in dataset;
      const count = countOf === null || isSeveral ? null : value ? countOf(value) : (all?.() ?? null);
      option.classList.toggle("is-none", count === 0);
      const name = element("span", { className: "option-name", textContent: dataset.title });
      const parts =
        count === null
          ? []
          : [
              element("span", { className: "option-separator", textContent: SEPARATOR }),
              element("span", { className: "option-count", textContent: this.number(count) }),
            ];
      option.replaceChildren(name, ...parts);
    }
  }
}
