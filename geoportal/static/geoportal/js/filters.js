// Filters as the query of tiles, lists and the API, and as words for people.

import { FILTERS } from "./state.js";
import { fill } from "./text.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./config.js").Config} Config
 * @typedef {import("./config.js").Layer} Layer
 */

/**
 * The query that asks a layer for what the state filters; null when the filter names statuses of other kinds only, so
 * that nothing of this layer can match (asking would be refused: the layer does not know those words).
 *
 * @param {Config} config
 * @param {Layer} layer
 * @param {State} state
 * @returns {URLSearchParams|null}
 */
export function layerQuery(config, layer, state) {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = name === "status" ? statusesOf(config, layer, state.status) : state[name];
    if (value === null) {
      return null;
    }
    if (value) {
      query.set(name, value);
    }
  }
  return query;
}

/**
 * @param {Config} config
 * @param {Layer} layer
 * @param {string} asked
 * @returns {string|null}
 */
function statusesOf(config, layer, asked) {
  const words = asked.split(",").filter(Boolean);
  const groups = config.groups.map((group) => group.code);
  const elsewhere = config.layers.filter((other) => other !== layer).flatMap((other) => other.statuses);
  const ours = new Set([...groups, ...layer.statuses.map((status) => status.code)]);
  const foreign = new Set(elsewhere.map((status) => status.code).filter((code) => !ours.has(code)));
  // A word that no kind knows is sent, so that the server says what is wrong with it.
  const kept = words.filter((word) => !foreign.has(word));
  return words.length > 0 && kept.length === 0 ? null : kept.join(",");
}

/**
 * @param {string} address
 * @param {URLSearchParams} query
 * @param {Record<string, string>} [more]
 * @returns {string}
 */
export function withQuery(address, query, more = {}) {
  const all = new URLSearchParams([...query, ...Object.entries(more)]);
  const text = all.toString().replaceAll("%2C", ",");
  return text ? `${address}?${text}` : address;
}

/**
 * The list that shows the same as the layer on the map.
 *
 * @param {Config} config
 * @param {Layer} layer
 * @param {State} state
 * @returns {string}
 */
export function listAddress(config, layer, state) {
  return withQuery(layer.list, layerQuery(config, layer, state) ?? new URLSearchParams());
}

/**
 * What is filtered, each with its name for people and the change that takes it away.
 *
 * @param {Config} config
 * @param {State} state
 * @param {(day: string) => string} dayName
 * @returns {{key: string, name: string, removed: Partial<State>}[]}
 */
export function filtersInUse(config, state, dayName) {
  const { text } = config;
  const regions = new Map(config.regions.map((region) => [region.code, region.name]));
  for (const jurisdiction of config.jurisdictions) {
    regions.set(jurisdiction.code, jurisdiction.name);
  }
  const categories = new Map(config.categories.map((category) => [category.code, category.name]));
  const statuses = new Map(config.layers.flatMap((layer) => layer.statuses.map((each) => [each.code, each.title])));
  for (const group of config.groups) {
    statuses.set(group.code, group.title);
  }
  const names = (/** @type {string} */ codes, /** @type {Map<string, string>} */ known) =>
    codes
      .split(",")
      .map((code) => known.get(code) ?? code)
      .join(", ");
  const words = {
    region: () => names(state.region, regions),
    category: () => names(state.category, categories),
    status: () => names(state.status, statuses),
    from: () => fill(text.from_day, { day: dayName(state.from) }),
    to: () => fill(text.to_day, { day: dayName(state.to) }),
    q: () => fill(text.words, { words: state.q }),
    at: () => fill(text.boundaries_of, { day: dayName(state.at) }),
  };
  return FILTERS.filter((name) => state[name]).map((name) => ({
    key: name,
    name: words[name](),
    removed: { [name]: "" },
  }));
}
