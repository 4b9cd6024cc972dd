// What changed on the server since the page was opened: asked every few seconds, while somebody looks at the page.

import { getJson } from "./request.js";

export class Changes {
  /**
   * @param {import("./config.js").Config} config
   * @param {(layers: string[]) => void} changed told of the layers whose data may be others than before
   */
  constructor(config, changed) {
    this.config = config;
    this.changed = changed;
    /** @type {Map<string, string>} */
    this.known = new Map();
    this.timer = 0;
    this.asking = new AbortController();
    document.addEventListener("visibilitychange", () => this.#begin());
    window.addEventListener("online", () => this.#begin());
    window.addEventListener("offline", () => this.#begin());
    this.#begin();
  }

  /** Asks at once, and from then on; stops when nobody would see the answer. */
  #begin() {
    window.clearTimeout(this.timer);
    this.asking.abort();
    if (!document.hidden && navigator.onLine) {
      this.asking = new AbortController();
      this.#ask(this.asking.signal);
    }
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    try {
      const { collections } = await getJson(this.config.changes_url, { signal });
      if (!signal.aborted) {
        this.#compare(collections);
      }
    } catch {
      // Nobody asked for this: the next one may succeed.
    }
    if (!signal.aborted) {
      this.timer = window.setTimeout(() => this.#ask(signal), this.config.changes_seconds * 1000);
    }
  }

  /** @param {Record<string, {change: string|null}>} collections null: the server does not know */
  #compare(collections) {
    const others = this.config.layers.map((layer) => layer.name).filter((name) => {
      const change = collections[name]?.change ?? null;
      const before = this.known.get(name);
      if (change !== null) {
        this.known.set(name, change);
      }
      return change !== null && before !== undefined && change !== before;
    });
    if (others.length > 0) {
      window.setTimeout(() => this.changed(others), this.config.changes_settle_seconds * 1000);
    }
  }
}
