// The card of a feature, or the list of several that lie under one press. What people wrote is only ever text.

import { byId, element, icon } from "./dom.js";
import { HttpError, getJson, isAbort } from "./request.js";
import { fill } from "./text.js";

// More than this under one press is read in the list, not here.
const MOST_LISTED = 20;

/**
 * @typedef {import("./config.js").Config} Config
 * @typedef {import("./config.js").Layer} Layer
 * @typedef {import("./state.js").Chosen} Chosen
 */

export class Card {
  /**
   * @param {Config} config
   * @param {(time: Date, jurisdiction: string) => string} day
   * @param {{close: () => void, choose: (chosen: Chosen) => void, zoom: (geometry: any) => void}} on
   */
  constructor(config, day, on) {
    this.config = config;
    this.day = day;
    this.on = on;
    this.view = byId("view-card");
    this.asking = new AbortController();
    this.view.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.on.close();
      }
    });
  }

  /**
   * @param {Chosen} chosen
   * @returns {Promise<any>} the feature as GeoJSON; null when it cannot be shown or another was chosen meanwhile
   */
  async show(chosen) {
    const layer = this.#layer(chosen.layer);
    const asking = this.#start();
    this.#fill(layer.kind, layer.kind_title, element("p", { className: "skeleton-lines", textContent: this.config.text.loading }));
    this.view.dataset.state = "loading";
    try {
      const feature = await this.#feature(chosen, asking.signal);
      if (asking.signal.aborted) {
        return null;
      }
      this.#write(layer, chosen.id, feature);
      this.view.dataset.state = "ready";
      return feature;
    } catch (error) {
      if (!isAbort(error) && !asking.signal.aborted) {
        this.view.dataset.state = "error";
        this.#fill(layer.kind, layer.kind_title, ...this.#failure(error, chosen));
      }
      return null;
    }
  }

  /**
   * @param {(Chosen & {category?: string})[]} several
   * @param {string} list where all of them are found
   */
  showSeveral(several, list) {
    const { text } = this.config;
    const asking = this.#start();
    const rows = several.slice(0, MOST_LISTED).map((chosen) => {
      const layer = this.#layer(chosen.layer);
      const title = element("span", { textContent: `${layer.kind_title} ${fill(text.number, { id: chosen.id })}` });
      this.#feature(chosen, asking.signal)
        .then((feature) => {
          title.textContent = feature.properties.title;
          title.lang = feature.properties.language;
        })
        // Without its title the row still says its kind and number, and opens.
        .catch(() => undefined);
      const button = element(
        "button",
        { type: "button", className: `several kind-${layer.kind}`, onclick: () => this.on.choose(chosen) },
        {},
        icon(this.config.sprite, layer.kind),
        title,
      );
      return element("li", {}, {}, button);
    });
    this.#fill(
      "",
      fill(text.several_here, { count: several.length }),
      element("ul", { className: "several-list" }, {}, ...rows),
      several.length > MOST_LISTED || several.length === 0
        ? element("p", {}, {}, element("a", { className: "button", href: list, textContent: text.all_in_list }))
        : null,
    );
    this.view.dataset.state = "ready";
  }

  clear() {
    this.asking.abort();
    this.view.replaceChildren();
    delete this.view.dataset.state;
  }

  /** Puts the keyboard where the card begins. */
  focus() {
    this.view.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** @param {string} name */
  #layer(name) {
    return /** @type {Layer} */ (this.config.layers.find((layer) => layer.name === name));
  }

  #start() {
    this.asking.abort();
    this.asking = new AbortController();
    return this.asking;
  }

  /**
   * @param {Chosen} chosen
   * @param {AbortSignal} signal
   */
  #feature(chosen, signal) {
    const address = fill(this.#layer(chosen.layer).item_api, { id: chosen.id });
    return getJson(`${address}?lang=${this.config.language}`, { signal });
  }

  /**
   * @param {string} kind
   * @param {string} heading
   * @param {...(Node|null)} content
   */
  #fill(kind, heading, ...content) {
    const { text, sprite } = this.config;
    const back = element(
      "button",
      { type: "button", className: "button button-quiet card-back", onclick: () => this.on.close() },
      {},
      icon(sprite, "back"),
      element("span", { textContent: text.back }),
    );
    const title = element(
      "h2",
      { className: `card-kind kind-${kind}`, tabIndex: -1 },
      {},
      kind ? icon(sprite, kind) : null,
      element("span", { textContent: heading }),
    );
    this.view.replaceChildren(back, title, ...content.filter((each) => each !== null));
  }

  /**
   * @param {Layer} layer
   * @param {string} id
   * @param {any} feature
   */
  #write(layer, id, feature) {
    const { text, sprite } = this.config;
    const { properties } = feature;
    const status = layer.statuses.find((each) => each.code === properties.status);
    const page = fill(layer.page, { id });
    this.#fill(
      layer.kind,
      layer.kind_title,
      element("p", { className: "feature-title", textContent: properties.title, lang: properties.language }),
      element(
        "p",
        { className: "card-facts" },
        {},
        status
          ? element(
              "span",
              { className: `status status-${status.group}` },
              {},
              icon(sprite, status.group),
              element("span", { textContent: status.title }),
            )
          : null,
        element("span", { className: "muted", textContent: fill(text.number, { id }) }),
        properties.is_demo ? element("span", { className: "demo-mark", textContent: text.demo }) : null,
      ),
      properties.text
        ? element("p", { className: "feature-excerpt", textContent: properties.text, lang: properties.language })
        : null,
      this.#facts(properties),
      element(
        "p",
        { className: "form-buttons" },
        {},
        element("a", { className: "button button-primary", href: page, textContent: text.details }, { data: { page: id } }),
        element("button", {
          type: "button",
          className: "button",
          textContent: text.zoom_to,
          onclick: () => this.on.zoom(feature.geometry),
        }),
      ),
    );
  }

  /** @param {any} properties */
  #facts(properties) {
    const { text } = this.config;
    const day = (/** @type {string|null} */ time) => (time ? this.day(new Date(time), properties.jurisdiction) : "");
    const facts = [
      [text.category, this.#categoryName(properties.category)],
      [text.place, [this.#regionName(properties.rayon), this.#regionName(properties.oblast)].filter(Boolean).join(", ")],
      [text.received, day(properties.received_at)],
      [text.answered, day(properties.first_response_at)],
      [text.due, day(properties.due_at)],
      [text.resolved, day(properties.resolved_at)],
      [text.closed, day(properties.closed_at)],
    ];
    const rows = facts.filter(([, value]) => value);
    return element(
      "dl",
      { className: "card-list" },
      {},
      ...rows.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]),
    );
  }

  /** @param {string} code */
  #categoryName(code) {
    const category = this.config.categories.find((each) => each.code === code);
    const parent = this.config.categories.find((each) => each.code === category?.parent);
    return [parent?.name, category?.name ?? code].filter(Boolean).join(" › ");
  }

  /** @param {string} code */
  #regionName(code) {
    return this.config.regions.find((region) => region.code === code)?.name ?? "";
  }

  /**
   * @param {unknown} error
   * @param {Chosen} chosen
   */
  #failure(error, chosen) {
    const { text } = this.config;
    const isGone = error instanceof HttpError && error.status === 404;
    return [
      element("p", { className: "error-message", textContent: isGone ? text.gone : text.card_failed }),
      isGone
        ? null
        : element("button", {
            type: "button",
            className: "button",
            textContent: text.retry,
            onclick: () => this.show(chosen),
          }),
    ];
  }
}
