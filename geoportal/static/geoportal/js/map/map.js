// The map itself: the one module that knows the map library.

import {
  AttributionControl,
  FullscreenControl,
  GeolocateControl,
  LngLatBounds,
  Map as MapLibreMap,
  NavigationControl,
  ScaleControl,
  addProtocol,
} from "maplibre-gl";
import { element, isPhone } from "../dom.js";
import { layerQuery, withQuery } from "../filters.js";
import { basemapStyle } from "./basemap.js";
import { heatLayer, placeMark, plainLayers, signLayers } from "./layers.js";
import { explainFailures } from "./locate.js";
import { darkScheme, readPalette } from "./palette.js";
import { RATIO, drawSign } from "./signs.js";
import { absolute, mapStyle } from "./style.js";

const ZOOM_MIN = 2;
const ZOOM_MAX = 18;
const ZOOM_FEATURE = 15;
const FADE_MS = 120;
const FIT = { padding: 32, maxZoom: 14 };
// How far from a sign a press still means it: a finger is no needle.
const REACH_PX = { fine: 4, coarse: 12, keyboard: 24 };
// Where the cells of the first, second and third kind are drawn when so many kinds are shown.
/** @type {Record<number, [number, number][]>} */
const SHIFTS_PX = {
  2: [
    [-15, 0],
    [15, 0],
  ],
  3: [
    [0, 16],
    [18, -12],
    [-18, -12],
  ],
};
const NO_FEATURES = { type: "FeatureCollection", features: [] };

/**
 * @typedef {import("../config.js").Config} Config
 * @typedef {import("../config.js").Layer} Layer
 * @typedef {import("../state.js").State} State
 * @typedef {import("../state.js").Position} Position
 * @typedef {{moved: (position: Position) => void, pressed: (chosen: import("../state.js").Chosen[], at: Around) => void,
 *   failed: (status: number) => void}} Listeners
 * @typedef {{west: number, south: number, east: number, north: number}} Around the box that was pressed, in degrees
 */

export class MapView {
  /**
   * @param {HTMLElement} container
   * @param {Config} config
   * @param {State} state
   * @param {import("../notice.js").Notice} notice
   * @param {Listeners} on
   */
  constructor(container, config, state, notice, on) {
    this.container = container;
    this.config = config;
    this.state = state;
    this.on = on;
    this.selected = NO_FEATURES;
    /** @type {Map<string, string>} addresses of tiles by source */
    this.tiles = new Map();
    /**
     * What could not be loaded, by source. Told to reload everything, the library waits for these for ever
     * (VectorTileSource.loadTile: an "errored" tile is then "loading", which is taken for a request under way).
     *
     * @type {Map<string, {z: number, x: number, y: number}[]>}
     */
    this.failed = new Map();
    this.palette = readPalette();
    const { position } = state;
    const start = position
      ? { center: [position.lon, position.lat], zoom: position.zoom }
      : { bounds: this.#boundsOf(state), fitBoundsOptions: FIT };
    this.map = new MapLibreMap({
      container,
      ...start,
      minZoom: ZOOM_MIN,
      maxZoom: ZOOM_MAX,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      locale: config.library_text,
      fadeDuration: FADE_MS,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.setMissingStyleImageResolver((/** @type {string} */ id) => this.#draw(id));
    this.#addControls(notice);
    this.#listen();
    this.#setStyle();
    darkScheme().addEventListener("change", () => {
      this.palette = readPalette();
      this.#setStyle();
    });
  }

  /**
   * @param {State} state
   * @param {boolean} fromHistory then the map goes where the address says
   */
  show(state, fromHistory) {
    const before = this.state;
    this.state = state;
    if (this.map.getSource("selected")) {
      this.#apply();
    }
    if (fromHistory && state.position) {
      this.map.jumpTo({ center: [state.position.lon, state.position.lat], zoom: state.position.zoom });
    } else if (state.region !== before.region) {
      this.map.fitBounds(this.#boundsOf(state), FIT);
    }
  }

  /**
   * Marks a feature, and brings it into view when it is hidden.
   *
   * @param {any|null} feature GeoJSON
   * @param {number} covered_px of the map's lower edge, by the sheet
   */
  select(feature, covered_px) {
    this.selected = feature ?? NO_FEATURES;
    this.map.getSource("selected")?.setData(this.selected);
    if (!feature) {
      return;
    }
    const centre = boundsOfGeometry(feature.geometry).getCenter();
    const { x, y } = this.map.project(centre);
    const { clientWidth: width, clientHeight: height } = this.container;
    const margin = 40;
    if (x < margin || y < margin || x > width - margin || y > height - covered_px - margin) {
      this.map.easeTo({ center: centre, offset: [0, -covered_px / 2] });
    }
  }

  /**
   * @param {any} geometry GeoJSON
   * @param {number} covered_px
   */
  zoomTo(geometry, covered_px) {
    const padding = { top: 48, left: 48, right: 48, bottom: 48 + covered_px };
    const maxZoom = Math.max(ZOOM_FEATURE, this.map.getZoom());
    this.map.fitBounds(boundsOfGeometry(geometry), { padding, maxZoom });
  }

  /**
   * @param {[number, number, number, number]|null} bounds
   * @param {[number, number]} point
   */
  goTo(bounds, point) {
    if (bounds) {
      this.map.fitBounds(bounds, FIT);
    } else {
      this.map.flyTo({ center: point, zoom: ZOOM_FEATURE });
    }
  }

  /** Asks again for what could not be loaded. */
  retry() {
    for (const source of this.failed.keys()) {
      this.#retry(source);
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

  /**
   * Asks for the tiles of these layers again. What is drawn stays until the new is there, and an answer that has not
   * changed costs a 304 (TileManager.reload: "expired" tiles are drawn; an equal ETag keeps a tile as it is).
   *
   * @param {string[]} layers
   */
  refresh(layers) {
    this.#setQuiet(true);
    for (const source of layers.flatMap((layer) => [layer, `${layer}-fine`])) {
      if (this.map.getSource(source)) {
        this.#retry(source);
        this.map.refreshTiles(source);
      }
    }
  }

  focus() {
    this.map.getCanvas().focus();
  }

  resize() {
    this.map.resize();
  }

  /** @param {import("../notice.js").Notice} notice */
  #addControls(notice) {
    const locate = new GeolocateControl({
      positionOptions: { enableHighAccuracy: true },
      fitBoundsOptions: { maxZoom: ZOOM_FEATURE },
    });
    explainFailures(locate, this.config, notice);
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(locate, "top-right");
    this.map.addControl(new FullscreenControl({ container: this.container.closest("main") ?? undefined }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), isPhone() ? "top-left" : "bottom-left");
    this.map.addControl(new AttributionControl({ compact: isPhone(), customAttribution: creditsHtml(this.config) }), "bottom-right");
  }

  #listen() {
    const { map } = this;
    map.on("click", (/** @type {any} */ event) => this.#press(event.point, event.originalEvent.pointerType));
    map.on("mousemove", (/** @type {any} */ event) => {
      map.getCanvas().style.cursor = this.#signsAt(event.point, REACH_PX.fine).length > 0 ? "pointer" : "";
    });
    map.getCanvas().addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter") {
        const { clientWidth, clientHeight } = this.container;
        this.#press({ x: clientWidth / 2, y: clientHeight / 2 }, "keyboard");
      }
    });
    map.on("moveend", () => {
      const { lng, lat } = map.getCenter();
      this.on.moved({ zoom: map.getZoom(), lat, lon: lng });
    });
    map.on("dataloading", () => this.#setState("loading"));
    map.on("movestart", () => {
      this.#setQuiet(false);
      this.#setState("loading");
    });
    map.on("idle", () => {
      this.#setQuiet(false);
      this.#setState("ready");
    });
    map.on("error", (/** @type {any} */ event) => {
      if (event.tile) {
        this.failed.set(event.sourceId, [...(this.failed.get(event.sourceId) ?? []), event.tile.tileID.canonical]);
      }
      this.on.failed(event.error?.status ?? 0);
    });
  }

  /** @param {"loading"|"ready"} state */
  #setState(state) {
    this.container.dataset.state = state;
  }

  /**
   * While it is quiet a sign whose number changed is another one at once: faded in, it would be away for some frames.
   * The library has no public name for this; without it, signs fade.
   *
   * @param {boolean} isQuiet
   */
  #setQuiet(isQuiet) {
    this.container.toggleAttribute("data-quiet", isQuiet);
    this.map._fadeDuration = isQuiet ? 0 : FADE_MS;
  }

  async #setStyle() {
    const { config, palette } = this;
    const base = await basemapStyle(config.basemap, palette.theme, config.language, addProtocol);
    if (palette === this.palette) {
      this.tiles.clear();
      this.map.setStyle(this.#style(base), { diff: false });
      this.map.once("style.load", () => this.#apply());
    }
  }

  /** @param {any|null} base */
  #style(base) {
    return mapStyle(this.config, this.palette, base, (layer) => {
      const addresses = this.#addresses(layer);
      this.tiles.set(layer.name, addresses.tiles);
      this.tiles.set(`${layer.name}-fine`, addresses.fine);
      return addresses;
    });
  }

  /** @param {string} id `<sign>:<theme>`, so that a change of theme asks for other pictures */
  #draw(id) {
    if (!this.map.hasImage(id)) {
      this.map.addImage(id, drawSign(id, this.palette), { pixelRatio: RATIO });
    }
  }

  /** @param {Layer} layer */
  #addresses(layer) {
    const query = layerQuery(this.config, layer, this.state) ?? new URLSearchParams();
    const grid = this.#shown().length > 1 ? { grid: "coarse" } : {};
    return { tiles: withQuery(layer.tiles, query, grid), fine: withQuery(layer.tiles, query, { grid: "fine" }) };
  }

  /** The layers that have something to show. */
  #shown() {
    const { config, state } = this;
    return config.layers.filter(
      (layer) => state.layers.includes(layer.name) && layerQuery(config, layer, state) !== null,
    );
  }

  /** Brings the style to what the state says. */
  #apply() {
    const { map, config, state } = this;
    const shown = this.#shown();
    for (const layer of config.layers) {
      const { tiles, fine } = this.#addresses(layer);
      this.#setTiles(layer.name, tiles);
      this.#setTiles(`${layer.name}-fine`, fine);
      const isShown = shown.includes(layer);
      for (const id of plainLayers(layer.name)) {
        map.setLayoutProperty(id, "visibility", isShown && !state.heat ? "visible" : "none");
      }
      map.setLayoutProperty(heatLayer(layer.name), "visibility", isShown && state.heat ? "visible" : "none");
      this.#shift(layer, shown);
    }
    const codes = state.region.split(",").filter((code) => /^\d+$/.test(code));
    const isChosen = ["in", ["get", "code"], ["literal", codes]];
    const level = config.regions.find((region) => region.code === codes[0])?.level ?? 1;
    const others = ["all", ["==", ["get", "level"], level], ["!", isChosen]];
    map.setFilter("chosen-region", codes.length > 0 ? isChosen : ["literal", false]);
    map.setFilter("faded", codes.length > 0 ? others : ["literal", false]);
    map.getSource("selected").setData(this.selected);
  }

  /**
   * @param {string} source
   * @param {string} template
   */
  #setTiles(source, template) {
    if (this.tiles.get(source) !== template) {
      this.tiles.set(source, template);
      this.#retry(source);
      this.map.getSource(source).setTiles([absolute(template)]);
    }
  }

  /**
   * Cells of several kinds lie at nearly one place, the middle of a town. Side by side each can be read.
   *
   * @param {Layer} layer
   * @param {Layer[]} shown
   */
  #shift(layer, shown) {
    const shift = SHIFTS_PX[shown.length]?.[shown.indexOf(layer)] ?? [0, 0];
    this.map.setPaintProperty(`${layer.name}-cells`, "icon-translate", shift);
    this.map.setPaintProperty(`${layer.name}-cells`, "text-translate", shift);
  }

  /**
   * @param {{x: number, y: number}} point
   * @param {number} reach_px
   */
  #signsAt({ x, y }, reach_px) {
    const layers = this.config.layers.flatMap((layer) => [
      ...signLayers(layer.name),
      `${layer.name}-line`,
      `${layer.name}-area`,
    ]);
    const there = layers.filter((id) => this.map.getLayer(id));
    return this.map.queryRenderedFeatures(
      [
        [x - reach_px, y - reach_px],
        [x + reach_px, y + reach_px],
      ],
      { layers: there },
    );
  }

  /**
   * @param {{x: number, y: number}} point
   * @param {string} pointer
   */
  #press(point, pointer) {
    const reach = pointer === "keyboard" ? REACH_PX.keyboard : pointer === "touch" ? REACH_PX.coarse : REACH_PX.fine;
    const found = this.#signsAt(point, reach);
    const top = found[0];
    const zoom = this.map.getZoom();
    if (top && top.properties.count > 1 && zoom < ZOOM_MAX - 0.5) {
      this.map.easeTo({ center: top.geometry.coordinates, zoom: Math.min(ZOOM_MAX, zoom + (zoom < 9 ? 2 : 1.5)) });
      return;
    }
    const southWest = this.map.unproject([point.x - reach, point.y + reach]);
    const northEast = this.map.unproject([point.x + reach, point.y - reach]);
    this.on.pressed(this.#chosenOf(found), {
      west: southWest.lng,
      south: southWest.lat,
      east: northEast.lng,
      north: northEast.lat,
    });
  }

  /** Each feature once: a shape and its sign have the same number. @param {any[]} found */
  #chosenOf(found) {
    const single = found.filter((each) => !(each.properties.count > 1));
    const ids = single.map((each) => `${each.layer.source}/${each.id ?? each.properties.id}`);
    return [...new Set(ids)].map((each) => {
      const [layer, id] = each.split("/");
      return { layer, id };
    });
  }

  /** @param {State} state */
  #boundsOf(state) {
    const codes = state.region.split(",");
    const places = [...this.config.regions, ...this.config.jurisdictions].filter(({ code }) => codes.includes(code));
    const bounds = new LngLatBounds();
    for (const { bounds: each } of places.length > 0 ? places : this.config.jurisdictions.slice(0, 1)) {
      bounds.extend(each);
    }
    return bounds.isEmpty() ? new LngLatBounds([-180, -80, 180, 80]) : bounds;
  }
}

/**
 * A map that only shows where one feature is.
 *
 * @param {HTMLElement} container
 * @param {Config} config
 * @param {any} feature GeoJSON, with `kind` and `group` among its properties
 * @returns {Promise<void>} when it is drawn
 */
export async function showPlace(container, config, feature) {
  const palette = readPalette();
  const base = await basemapStyle(config.basemap, palette.theme, config.language, addProtocol);
  const style = mapStyle(config, palette, base, () => ({ tiles: "", fine: "" }));
  style.sources.selected.data = feature;
  style.layers.push(placeMark(palette));
  const map = new MapLibreMap({
    container,
    style,
    bounds: boundsOfGeometry(feature.geometry),
    fitBoundsOptions: { padding: 40, maxZoom: 12 },
    interactive: false,
    attributionControl: false,
    locale: config.library_text,
  });
  map.setMissingStyleImageResolver((/** @type {string} */ id) => {
    map.addImage(id, drawSign(id, palette), { pixelRatio: RATIO });
  });
  map.addControl(new AttributionControl({ compact: true, customAttribution: creditsHtml(config) }), "top-right");
  await map.once("idle");
}

/**
 * Names with their links, as the library wants them. Escaped by the browser: each is an element with a text.
 *
 * @param {Config} config
 */
function creditsHtml(config) {
  return config.credits.map(({ name, url }) =>
    url ? element("a", { href: url, textContent: name }).outerHTML : element("span", { textContent: name }).outerHTML,
  );
}

/**
 * @param {any} geometry GeoJSON
 * @returns {LngLatBounds}
 */
function boundsOfGeometry(geometry) {
  const bounds = new LngLatBounds();
  for (const [lon, lat] of geometry.coordinates.flat(Infinity).reduce(pairs, [])) {
    bounds.extend([lon, lat]);
  }
  return bounds;
}

/**
 * @param {number[][]} all
 * @param {number} number
 * @param {number} position
 */
function pairs(all, number, position) {
  if (position % 2 === 0) {
    all.push([number]);
  } else {
    all[all.length - 1].push(number);
  }
  return all;
}
