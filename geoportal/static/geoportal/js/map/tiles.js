// The tiles of the layers: where they come from under the filters in use, and asking for them again.

import { layerQuery, withQuery } from "../filters.js";
import { fineSource } from "./layers.js";
import { absolute } from "./style.js";

/** @typedef {import("../config.js").Layer} Layer */

export class Tiles {
  /**
   * @param {any} map
   * @param {import("../config.js").Config} config
   */
  constructor(map, config) {
    this.map = map;
    this.config = config;
    /** @type {Map<string, string>} by source */
    this.addresses = new Map();
    /**
     * What could not be loaded, by source. Told to reload everything, the library waits for these for ever
     * (VectorTileSource.loadTile: an "errored" tile is then "loading", which is taken for a request under way).
     *
     * @type {Map<string, {z: number, x: number, y: number}[]>}
     */
    this.failed = new Map();
    map.on("error", (/** @type {any} */ event) => {
      if (event.tile) {
        this.failed.set(event.sourceId, [...(this.failed.get(event.sourceId) ?? []), event.tile.tileID.canonical]);
      }
    });
  }

  /**
   * Where a layer's tiles are, for a style that is being made.
   *
   * @param {Layer} layer
   * @param {import("../state.js").State} state
   */
  begin(layer, state) {
    const found = this.#of(layer, state);
    this.addresses.set(layer.name, found.tiles);
    this.addresses.set(fineSource(layer.name), found.fine);
    return found;
  }

  /**
   * Brings a layer's tiles to what the state says.
   *
   * @param {Layer} layer
   * @param {import("../state.js").State} state
   */
  follow(layer, state) {
    const found = this.#of(layer, state);
    this.#set(layer.name, found.tiles);
    this.#set(fineSource(layer.name), found.fine);
  }

  /** Asks again for what could not be loaded. */
  retry() {
    for (const source of this.failed.keys()) {
      this.#retry(source);
    }
  }

  /**
   * Asks for the tiles of these layers again. What is drawn stays until the new is there, and an answer that has not
   * changed costs a 304 (TileManager.reload: "expired" tiles are drawn; an equal ETag keeps a tile as it is).
   *
   * @param {string[]} layers
   */
  refresh(layers) {
    for (const source of layers.flatMap((layer) => [layer, fineSource(layer)])) {
      if (this.map.getSource(source)) {
        this.#retry(source);
        this.map.refreshTiles(source);
      }
    }
  }

  /**
   * @param {Layer} layer
   * @param {import("../state.js").State} state
   */
  #of(layer, state) {
    const query = layerQuery(this.config, layer, state) ?? new URLSearchParams();
    const grid = shownLayers(this.config, state).length > 1 ? { grid: "coarse" } : {};
    return { tiles: withQuery(layer.tiles, query, grid), fine: withQuery(layer.tiles, query, { grid: "fine" }) };
  }

  /**
   * @param {string} source
   * @param {string} template
   */
  #set(source, template) {
    if (this.addresses.get(source) !== template) {
      this.addresses.set(source, template);
      this.#retry(source);
      this.map.getSource(source).setTiles([absolute(template)]);
    }
  }

  /** @param {string} source */
  #retry(source) {
    const tiles = this.failed.get(source);
    this.failed.delete(source);
    if (tiles && this.map.getSource(source)) {
      this.map.refreshTiles(source, tiles);
    }
  }
}

/**
 * The layers that have something to show.
 *
 * @param {import("../config.js").Config} config
 * @param {import("../state.js").State} state
 */
export function shownLayers(config, state) {
  return config.layers.filter((layer) => state.layers.includes(layer.name) && layerQuery(config, layer, state) !== null);
}
