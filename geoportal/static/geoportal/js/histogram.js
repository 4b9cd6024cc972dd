// When they arrived: bars over time. A bar, or several side by side, chooses the period.

import { byId } from "./dom.js";
import { fill, monthName } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
// In units of the picture, which is stretched to its place: a bar is one wide with its gap.
const HEIGHT = 100;
const GAP = 0.16;
// So that one of thousands is seen.
const LEAST = 3;
// More months than that are too narrow to press: years then.
const MOST_BARS = 96;

/**
 * @typedef {import("./figures.js").History} History
 * @typedef {import("./config.js").Layer} Layer
 * @typedef {{from: string, to: string, name: string, counts: number[], total: number}} Bar one count for each layer
 */

export class Histogram {
  /**
   * @param {import("./config.js").Config} config
   * @param {import("./state.js").Store} store
   * @param {(number: number) => string} number
   */
  constructor(config, store, number) {
    this.config = config;
    this.store = store;
    this.number = number;
    this.figure = byId("histogram");
    this.chart = byId("histogram-chart");
    this.readout = byId("histogram-readout");
    /** @type {Bar[]} */
    this.bars = [];
    /** @type {SVGElement[]} */
    this.drawn = [];
    this.active = -1;
    /** @type {{from: number, to: number}|null} bars that are being chosen */
    this.choosing = null;
    this.#listen();
  }

  /** @param {History[]} history of each layer shown, by months */
  show(history) {
    const active = this.bars[this.active]?.from;
    this.bars = barsOf(this.config, history);
    this.choosing = null;
    this.#draw(history.map(({ layer }) => layer));
    this.#activate(this.bars.findIndex((bar) => bar.from === active));
    this.mark();
  }

  /** Shows which bars the period holds, and tells of those that are pointed at. */
  mark() {
    const { from, to } = this.store.state;
    const [first, last] = this.#chosen();
    const isWhole = !this.choosing && !from && !to;
    this.bars.forEach((bar, index) => {
      const isInside = this.choosing
        ? index >= first && index <= last
        : (!from || bar.to >= from) && (!to || bar.from <= to);
      this.drawn[index].setAttribute("aria-selected", String(isInside && !isWhole));
      this.drawn[index].classList.toggle("is-outside", !isInside);
    });
    const told = this.bars.slice(first, last + 1);
    this.readout.textContent = told.length > 0 ? this.#words(told) : "";
    this.figure.classList.toggle("is-read", told.length > 0);
  }

  /** The first and the last of the bars that are being chosen, or the one pointed at. */
  #chosen() {
    if (this.active < 0) {
      return [0, -1];
    }
    const { from, to } = this.choosing ?? { from: this.active, to: this.active };
    return [Math.min(from, to), Math.max(from, to)];
  }

  /** @param {Layer[]} layers */
  #draw(layers) {
    const highest = Math.max(1, ...this.bars.map((bar) => bar.total));
    this.drawn = this.bars.map((bar, index) => {
      const group = shape("g", { role: "option", id: `histogram-${index}`, "aria-label": this.#words([bar]) });
      group.append(shape("rect", { class: "histogram-ground", x: index, width: 1, height: HEIGHT }));
      let top = HEIGHT;
      bar.counts.forEach((count, each) => {
        const height = count && Math.max(LEAST, (count / highest) * HEIGHT);
        top -= height;
        const place = { x: index + GAP / 2, y: Math.max(0, top), width: 1 - GAP, height };
        group.append(shape("rect", { class: `histogram-bar kind-${layers[each].kind}`, ...place }));
      });
      return group;
    });
    this.chart.setAttribute("viewBox", `0 0 ${Math.max(1, this.bars.length)} ${HEIGHT}`);
    this.chart.replaceChildren(...this.drawn);
    const isThere = this.bars.length > 0;
    // A list without an option would be none.
    for (const [name, value] of Object.entries({ role: "listbox", tabindex: "0", "aria-multiselectable": "true" })) {
      isThere ? this.chart.setAttribute(name, value) : this.chart.removeAttribute(name);
    }
    byId("histogram-first").textContent = this.bars[0]?.name ?? "";
    byId("histogram-last").textContent = this.bars.length > 1 ? this.bars[this.bars.length - 1].name : "";
  }

  /** @param {Bar[]} bars */
  #words(bars) {
    const { text } = this.config;
    const [first, last] = [bars[0].name, bars[bars.length - 1].name];
    const period = bars.length > 1 ? fill(text.bars, { first, last }) : first;
    return fill(text.bar, { period, count: this.number(bars.reduce((sum, bar) => sum + bar.total, 0)) });
  }

  /** @param {number} index -1: none */
  #activate(index) {
    this.drawn[this.active]?.classList.remove("is-active");
    this.active = index;
    this.drawn[index]?.classList.add("is-active");
    if (this.bars[index]) {
      this.chart.setAttribute("aria-activedescendant", `histogram-${index}`);
    } else {
      this.chart.removeAttribute("aria-activedescendant");
    }
  }

  #listen() {
    const { chart } = this;
    let isPressed = false;
    const at = (/** @type {PointerEvent} */ event) => {
      const { left, width } = chart.getBoundingClientRect();
      const index = Math.floor(((event.clientX - left) / width) * this.bars.length);
      return Math.min(this.bars.length - 1, Math.max(0, index));
    };
    const stop = () => {
      isPressed = false;
      this.choosing = null;
      this.mark();
    };
    const leave = () => {
      this.#activate(-1);
      stop();
    };
    chart.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button === 0 && this.bars.length > 0) {
        isPressed = true;
        chart.setPointerCapture(event.pointerId);
        this.#activate(at(event));
        this.choosing = { from: this.active, to: this.active };
        this.mark();
      }
    });
    chart.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      this.#activate(at(event));
      if (isPressed && this.choosing) {
        this.choosing.to = this.active;
      }
      this.mark();
    });
    chart.addEventListener("pointerup", () => isPressed && (this.#choose(), stop()));
    chart.addEventListener("pointercancel", stop);
    chart.addEventListener("pointerleave", () => !isPressed && leave());
    chart.addEventListener("focus", () => {
      if (this.active < 0 && chart.matches(":focus-visible")) {
        this.#activate(this.#start());
        this.mark();
      }
    });
    chart.addEventListener("blur", leave);
    chart.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
  }

  /** Where the keyboard begins: in the period, else at the newest. */
  #start() {
    const chosen = this.drawn.findIndex((bar) => bar.getAttribute("aria-selected") === "true");
    return chosen < 0 ? this.bars.length - 1 : chosen;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.active < 0) {
      this.#activate(this.#start());
    }
    const last = this.bars.length - 1;
    const goals = { ArrowLeft: this.active - 1, ArrowRight: this.active + 1, Home: 0, End: last };
    const goal = goals[event.key];
    if (goal !== undefined) {
      const before = this.active;
      this.#activate(Math.min(last, Math.max(0, goal)));
      this.choosing = event.shiftKey ? { from: this.choosing?.from ?? before, to: this.active } : null;
    } else if (last >= 0 && (event.key === "Enter" || event.key === " ")) {
      this.choosing ??= { from: this.active, to: this.active };
      this.#choose();
      this.choosing = null;
    } else {
      return;
    }
    event.preventDefault();
    this.mark();
  }

  /** The period becomes what is being chosen; once more, and there is none. */
  #choose() {
    const [first, last] = this.#chosen().map((index) => this.bars[index]);
    const { state } = this.store;
    const isSame = state.from === first.from && state.to === last.to;
    const before = this.chart.getBoundingClientRect().top;
    this.store.change(isSame ? { from: "", to: "" } : { from: first.from, to: last.to });
    // The chips of the period came or went above: what is under the finger stays there.
    byId("panel-body").scrollTop += this.chart.getBoundingClientRect().top - before;
  }
}

/**
 * One row of bars for all layers, without a gap from the first to the last.
 *
 * @param {import("./config.js").Config} config
 * @param {History[]} history
 * @returns {Bar[]}
 */
function barsOf(config, history) {
  const months = history.flatMap(({ bins }) => bins.map((bin) => bin.from.slice(0, 7))).sort();
  if (months.length === 0) {
    return [];
  }
  const number = (/** @type {string} */ month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
  const first = number(months[0]);
  const last = number(months[months.length - 1]);
  const isYears = last - first >= MOST_BARS;
  const place = (/** @type {number} */ month) =>
    isYears ? Math.floor(month / 12) - Math.floor(first / 12) : month - first;
  const bars = Array.from({ length: place(last) + 1 }, (_, index) => {
    const month = isYears ? (Math.floor(first / 12) + index) * 12 : first + index;
    return { ...period(month, isYears ? 12 : 1), name: nameOf(config, month, isYears), counts: history.map(() => 0), total: 0 };
  });
  history.forEach(({ bins }, layer) => {
    for (const bin of bins) {
      const bar = bars[place(number(bin.from))];
      bar.counts[layer] += bin.count;
      bar.total += bin.count;
    }
  });
  return bars;
}

/**
 * @param {import("./config.js").Config} config
 * @param {number} month since the year 0
 * @param {boolean} isYear
 */
function nameOf(config, month, isYear) {
  const year = Math.floor(month / 12);
  return isYear ? String(year) : monthName(config, year, month % 12);
}

/**
 * @param {number} month since the year 0
 * @param {number} length in months
 */
function period(month, length) {
  const day = (/** @type {number} */ months, /** @type {number} */ dayOfMonth) =>
    new Date(Date.UTC(Math.floor(months / 12), months % 12, dayOfMonth)).toISOString().slice(0, 10);
  // The day before the first of the next.
  return { from: day(month, 1), to: day(month + length, 0) };
}

/**
 * @param {string} tag
 * @param {Record<string, string|number>} attributes
 * @returns {SVGElement}
 */
function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}
