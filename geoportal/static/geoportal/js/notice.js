// What went wrong, or that there is nothing: one line over the map, with what can be done about it.

import { byId, element, icon } from "./dom.js";

/** @typedef {{label: string, run?: () => void, href?: string}} Action */

export class Notice {
  /** @param {import("./config.js").Config} config */
  constructor(config) {
    this.config = config;
    this.box = byId("notice");
    this.kind = "";
  }

  /**
   * @param {"empty"|"error"|"offline"|"address"|"locate"|"unsupported"} kind one stands at a time: the newest
   * @param {string} message
   * @param {...Action} actions
   */
  show(kind, message, ...actions) {
    if (this.kind === kind && this.box.firstElementChild?.textContent === message) {
      return;
    }
    this.kind = kind;
    this.box.dataset.kind = kind;
    const dismiss = element(
      "button",
      { type: "button", className: "notice-close", onclick: () => this.clear(kind) },
      { attributes: { "aria-label": this.config.text.dismiss } },
      icon(this.config.sprite, "close"),
    );
    this.box.replaceChildren(
      element("p", { textContent: message }),
      ...actions.map((action) => this.#button(action)),
      ...(kind === "unsupported" ? [] : [dismiss]),
    );
    this.box.hidden = false;
  }

  /** @param {...string} kinds clears only a notice of one of these kinds */
  clear(...kinds) {
    if (kinds.includes(this.kind)) {
      this.kind = "";
      this.box.hidden = true;
      this.box.replaceChildren();
    }
  }

  /** @param {Action} action */
  #button({ label, run, href }) {
    return href
      ? element("a", { className: "button", textContent: label, href })
      : element("button", { type: "button", className: "button", textContent: label, onclick: run });
  }
}
