// The filters in use, each with a button that takes it away.

import { byId, element, icon } from "./dom.js";
import { filtersInUse } from "./filters.js";
import { fill } from "./text.js";

export class Chips {
  /**
   * @param {import("./config.js").Config} config
   * @param {import("./state.js").Store} store
   * @param {(day: string) => string} dayName
   */
  constructor(config, store, dayName) {
    this.config = config;
    this.store = store;
    this.dayName = dayName;
    this.list = byId("chips");
    this.show(store.state);
  }

  /** @param {import("./state.js").State} state */
  show(state) {
    const { text, sprite } = this.config;
    const chips = filtersInUse(this.config, state, this.dayName).map(({ key, name, removed }) => {
      const title = fill(text.remove_filter, { name });
      const remove = element(
        "button",
        { type: "button", className: "chip", title, onclick: () => this.#remove(removed) },
        { attributes: { "aria-label": title }, data: { filter: key } },
        element("span", { textContent: name }),
        icon(sprite, "close"),
      );
      return element("li", {}, {}, remove);
    });
    this.list.replaceChildren(...chips);
    this.list.hidden = chips.length === 0;
  }

  /** @param {Partial<import("./state.js").State>} removed */
  #remove(removed) {
    this.store.change(removed);
    // The button that had the focus is gone; the next place for it is its neighbour, or the first field.
    const next = this.list.querySelector("button") ?? byId("search-input");
    next.focus();
  }
}
