// What the map shows, and the page's address that says the same: a link to it, and the way back to it.

/**
 * @typedef {{zoom: number, lat: number, lon: number}} Position
 * @typedef {{layer: string, id: string}} Chosen a feature whose card is open
 * @typedef {{layers: string[], region: string, category: string, status: string, from: string, to: string, q: string,
 *   at: string, heat: boolean, chosen: Chosen|null, position: Position|null}} State empty text: no restriction
 */

export const FILTERS = /** @type {const} */ (["region", "category", "status", "from", "to", "q", "at"]);
export const NO_FILTERS = Object.freeze({ region: "", category: "", status: "", from: "", to: "", q: "", at: "" });

/**
 * @param {{search: string, hash: string}} address
 * @param {string[]} allLayers
 * @returns {State}
 */
export function parseState({ search, hash }, allLayers) {
  const query = new URLSearchParams(search);
  const asked = query.get("layers");
  const [layer, id] = (query.get("show") ?? "").split("/");
  const filters = Object.fromEntries(FILTERS.map((name) => [name, (query.get(name) ?? "").trim()]));
  return /** @type {State} */ ({
    ...filters,
    layers: asked === null ? [...allLayers] : allLayers.filter((name) => asked.split(",").includes(name)),
    heat: query.get("view") === "heat",
    chosen: allLayers.includes(layer) && /^\d+$/.test(id ?? "") ? { layer, id } : null,
    position: parsePosition(hash),
  });
}

/**
 * `#map=zoom/lat/lon`, or only `#zoom/lat/lon`; null when it is neither.
 *
 * @param {string} hash
 * @returns {Position|null}
 */
export function parsePosition(hash) {
  const words = hash.replace(/^#(map=)?/, "").split("/");
  const [zoom, lat, lon] = words.map(Number);
  const isThere = words.length === 3 && words.every((word) => word !== "") && [zoom, lat, lon].every(Number.isFinite);
  return isThere && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/**
 * The page's address for a state, from the question mark on. What is as usual is left out.
 *
 * @param {State} state
 * @param {string[]} allLayers
 * @returns {string}
 */
export function stateAddress(state, allLayers) {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    if (state[name]) {
      query.set(name, state[name]);
    }
  }
  if (state.layers.length < allLayers.length) {
    query.set("layers", state.layers.join(","));
  }
  if (state.heat) {
    query.set("view", "heat");
  }
  if (state.chosen) {
    query.set("show", `${state.chosen.layer}/${state.chosen.id}`);
  }
  // Commas and slashes may stand in a query as they are (RFC 3986, 3.4), and people read addresses.
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return (text ? `?${text}` : "") + positionHash(state.position);
}

/**
 * @param {Position|null} position
 * @returns {string}
 */
export function positionHash(position) {
  if (!position) {
    return "";
  }
  // A pixel on the screen is 360 / (512 * 2^zoom) degrees; more digits than that say nothing.
  const digits = Math.max(0, Math.ceil((position.zoom * Math.LN2 + Math.log(512 / 360)) / Math.LN10));
  const { zoom, lat, lon } = position;
  return `#map=${Number(zoom.toFixed(2))}/${lat.toFixed(digits)}/${lon.toFixed(digits)}`;
}

/** Holds the state, tells who listens, and keeps the address the same as the state. */
export class Store {
  /** @param {string[]} allLayers */
  constructor(allLayers) {
    this.allLayers = allLayers;
    this.state = parseState(window.location, allLayers);
    /** @type {((state: State, before: State, fromHistory: boolean) => void)[]} */
    this.listeners = [];
    window.addEventListener("popstate", () => this.#enter(parseState(window.location, allLayers), true));
  }

  /** @param {(state: State, before: State, fromHistory: boolean) => void} listener */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * A change that the back button undoes.
   *
   * @param {Partial<State>} changes
   */
  change(changes) {
    const next = { ...this.state, ...changes };
    if (stateAddress(next, this.allLayers) === stateAddress(this.state, this.allLayers)) {
      return;
    }
    window.history.pushState(null, "", this.address(next));
    this.#enter(next, false);
  }

  /**
   * The map was moved: the same entry of the history, at another place.
   *
   * @param {Position} position
   */
  move(position) {
    this.state = { ...this.state, position };
    window.history.replaceState(null, "", this.address(this.state));
  }

  /** @param {State} state */
  address(state) {
    return window.location.pathname + stateAddress(state, this.allLayers);
  }

  /**
   * @param {State} next
   * @param {boolean} fromHistory
   */
  #enter(next, fromHistory) {
    const before = this.state;
    this.state = next;
    for (const listener of this.listeners) {
      listener(next, before, fromHistory);
    }
  }
}
