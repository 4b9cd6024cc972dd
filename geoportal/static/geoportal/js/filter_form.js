// The form of filters: its fields change the state, and the state fills its fields.

import { byId } from "./dom.js";
import { NO_FILTERS } from "./state.js";
import { isoDay } from "./text.js";

const DAY_MS = 86_400_000;

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./config.js").Config} Config
 */

export class FilterForm {
  /**
   * @param {Config} config
   * @param {import("./state.js").Store} store
   */
  constructor(config, store) {
    this.config = config;
    this.store = store;
    this.oblast = byId("filter-oblast");
    this.rayon = byId("filter-rayon");
    this.category = byId("filter-category");
    this.status = byId("filter-status");
    this.from = byId("filter-from");
    this.to = byId("filter-to");
    this.heat = byId("heat");
    this.jurisdiction = document.getElementById("filter-jurisdiction");
    this.layers = [...document.querySelectorAll("[data-layer]")];
    this.quick = [...document.querySelectorAll("[data-days]")];
    this.#listen();
    this.show(store.state);
  }

  #listen() {
    const { store } = this;
    this.oblast.onchange = () => store.change({ region: this.oblast.value || this.#country(), at: "" });
    this.rayon.onchange = () => store.change({ region: this.rayon.value || this.oblast.value });
    this.category.onchange = () => store.change({ category: this.category.value });
    this.status.onchange = () => store.change({ status: this.status.value });
    this.from.onchange = () => store.change({ from: this.from.value });
    this.to.onchange = () => store.change({ to: this.to.value });
    this.heat.onchange = () => store.change({ heat: this.heat.checked });
    if (this.jurisdiction) {
      this.jurisdiction.onchange = () => store.change({ region: this.#country(), at: "", position: null });
    }
    for (const box of this.layers) {
      box.onchange = () =>
        store.change({ layers: this.layers.filter((each) => each.checked).map((each) => each.dataset.layer) });
    }
    for (const button of this.quick) {
      button.onclick = () => store.change(this.#lastDays(Number(button.dataset.days)));
    }
    const form = byId("filters");
    form.onsubmit = (/** @type {Event} */ event) => event.preventDefault();
    form.onreset = (/** @type {Event} */ event) => {
      event.preventDefault();
      store.change({ ...NO_FILTERS, region: this.#country() });
    };
  }

  /** The country or city chosen as a `region`; empty for the usual one. */
  #country() {
    const code = this.jurisdiction?.value ?? this.config.jurisdiction;
    return code === this.config.jurisdiction ? "" : code;
  }

  /** @param {number} days 0: no period */
  #lastDays(days) {
    if (!days) {
      return { from: "", to: "" };
    }
    const zone = this.config.jurisdictions[0]?.time_zone ?? "UTC";
    return { from: isoDay(new Date(Date.now() - (days - 1) * DAY_MS), zone), to: "" };
  }

  /** @param {State} state */
  show(state) {
    const chosen = this.config.regions.find((region) => region.code === state.region);
    const country = this.config.jurisdictions.find((each) => each.code === state.region);
    const oblast = chosen?.parent ?? (country ? "" : state.region);
    this.#choose(this.oblast, oblast);
    this.oblast.closest("p").hidden = Boolean(country && country.code !== this.config.jurisdiction);
    this.#fillRayons(oblast, chosen?.parent ? chosen.code : "");
    this.#choose(this.category, state.category);
    this.#choose(this.status, state.status);
    this.from.value = state.from;
    this.to.value = state.to;
    this.heat.checked = state.heat;
    if (this.jurisdiction) {
      this.jurisdiction.value = country?.code ?? this.config.jurisdiction;
    }
    for (const box of this.layers) {
      box.checked = state.layers.includes(box.dataset.layer);
    }
    for (const button of this.quick) {
      const period = this.#lastDays(Number(button.dataset.days));
      button.setAttribute("aria-pressed", String(period.from === state.from && period.to === state.to));
    }
  }

  /**
   * An address may name several values; the field then shows them as one choice of their own.
   *
   * @param {HTMLSelectElement} field
   * @param {string} value
   */
  #choose(field, value) {
    field.querySelector("option[data-several]")?.remove();
    field.value = value;
    if (field.value !== value) {
      const titles = new Map([...field.options].map((option) => [option.value, option.dataset.title ?? option.text]));
      const option = new Option(value.split(",").map((code) => titles.get(code) ?? code).join(", "), value);
      option.dataset.several = "";
      field.append(option);
      field.value = value;
    }
  }

  /**
   * @param {string} oblast
   * @param {string} rayon
   */
  #fillRayons(oblast, rayon) {
    const inside = this.config.regions.filter((region) => region.parent === oblast && oblast !== "");
    const options = inside.map((region) => new Option(region.name, region.code));
    this.rayon.replaceChildren(new Option(this.config.text.whole_region, ""), ...options);
    this.rayon.value = rayon;
    this.rayon.closest("p").hidden = inside.length === 0;
  }
}
