// The panel: a column on a desk, a sheet with a handle on a phone; filters or the card of a feature in it.

import { byId, isPhone } from "./dom.js";

const HEIGHTS = /** @type {const} */ (["low", "half", "full"]);
// A drag shorter than this is a press.
const PRESS_PX = 6;

/** @typedef {"filters"|"card"} View */

export class Panel {
  /** @param {Record<string, string>} text */
  constructor(text) {
    this.text = text;
    this.panel = byId("panel");
    this.app = byId("map-app");
    this.handle = byId("sheet-handle");
    this.toggle = byId("panel-toggle");
    this.body = byId("panel-body");
    this.scrolled = 0;
    this.setHeight("low");
    this.#dragging();
    this.handle.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
    this.toggle.addEventListener("click", () => this.setHidden(!this.app.classList.contains("panel-hidden")));
  }

  /** @param {typeof HEIGHTS[number]} height */
  setHeight(height) {
    this.panel.dataset.sheet = height;
    this.handle.setAttribute("aria-expanded", String(height !== "low"));
    this.handle.firstElementChild.textContent = this.text[`sheet_${height}`];
    if (height === "low") {
      this.body.scrollTop = 0;
    }
  }

  /** Shows more of the sheet when it is low; a column is always wholly there. */
  raise() {
    if (this.panel.dataset.sheet === "low") {
      this.setHeight("half");
    }
  }

  /** Lets the map be seen. */
  lower() {
    this.setHeight("low");
  }

  /** @param {boolean} isHidden */
  setHidden(isHidden) {
    this.app.classList.toggle("panel-hidden", isHidden);
    this.toggle.setAttribute("aria-expanded", String(!isHidden));
    this.toggle.setAttribute("aria-label", isHidden ? this.text.show_panel : this.text.hide_panel);
  }

  /** @param {View} view */
  show(view) {
    const isCard = view === "card";
    if (isCard === !byId("view-card").hidden) {
      return;
    }
    if (isCard) {
      this.scrolled = this.body.scrollTop;
      this.setHidden(false);
    }
    byId("view-card").hidden = !isCard;
    byId("view-filters").hidden = isCard;
    this.body.scrollTop = isCard ? 0 : this.scrolled;
  }

  /** How much of the map's height the sheet covers, in pixels. */
  get covered_px() {
    const map = byId("map").getBoundingClientRect();
    return isPhone() ? Math.max(0, map.bottom - this.panel.getBoundingClientRect().top) : 0;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const now = HEIGHTS.indexOf(this.panel.dataset.sheet);
      this.setHeight(HEIGHTS[Math.min(HEIGHTS.length - 1, Math.max(0, now + step))]);
    }
  }

  #dragging() {
    /** @type {{y: number, height: number}|null} */
    let start = null;
    let moved = false;
    this.handle.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      start = { y: event.clientY, height: this.panel.offsetHeight };
      moved = false;
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (start && (moved || Math.abs(event.clientY - start.y) > PRESS_PX)) {
        moved = true;
        this.panel.classList.add("dragged");
        this.panel.style.height = `${start.height + start.y - event.clientY}px`;
      }
    });
    const end = () => {
      start = null;
      this.panel.classList.remove("dragged");
      if (moved) {
        const share = this.panel.offsetHeight / this.app.offsetHeight;
        this.panel.style.height = "";
        this.setHeight(share > 0.7 ? "full" : share > 0.32 ? "half" : "low");
      }
    };
    this.handle.addEventListener("pointerup", end);
    this.handle.addEventListener("pointercancel", end);
    // After a drag the browser still sends a click, which would move the sheet once more.
    this.handle.addEventListener("click", () => {
      if (!moved) {
        this.setHeight(HEIGHTS[(HEIGHTS.indexOf(this.panel.dataset.sheet) + 1) % HEIGHTS.length]);
      }
      moved = false;
    });
  }
}
