// The map itself: the one module that knows the map library.

import {
  AttributionControl,
  FullscreenControl,
  GeolocateControl,
  Map as MapLibreMap,
  NavigationControl,
  ScaleControl,
  addProtocol,
} from "maplibre-gl";
import { element, isPhone } from "../dom.js";
import { basemapStyle } from "./basemap.js";
import { boundsOfChosen, boundsOfGeometry, middleOf } from "./bounds.js";
import { heatLayer, placeMark, plainLayers } from "./layers.js";
import { explainFailures } from "./locate.js";
import { darkScheme, readPalette } from "./palette.js";
import { hearPresses } from "./presses.js";
import { RATIO, drawSign } from "./signs.js";
import { mapStyle } from "./style.js";
import { Tiles, shownLayers } from "./tiles.js";

const ZOOM_MIN = 2;
const ZOOM_MAX = 18;
const ZOOM_FEATURE = 15;
const FADE_MS = 120;
const FIT = { padding: 32, maxZoom: 14 };
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
 * @typedef {{moved: (position: Position) => void, failed: (status: number) => void,
 *   pressed: (chosen: import("../state.js").Chosen[], at: import("./presses.js").Around) => void}} Listeners
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
    this.palette = readPalette();
    const { position } = state;
    const start = position
      ? { center: [position.lon, position.lat], zoom: position.zoom }
      : { bounds: boundsOfChosen(config, state), fitBoundsOptions: FIT };
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
    this.tiles = new Tiles(this.map, config);
    hearPresses(this.map, config, on.pressed);
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
      this.map.fitBounds(boundsOfChosen(this.config, state), FIT);
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
    const centre = middleOf(boundsOfGeometry(feature.geometry));
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
    this.tiles.retry();
  }

  /** Asks for the tiles of these layers again. @param {string[]} layers */
  refresh(layers) {
    this.#setQuiet(true);
    this.tiles.refresh(layers);
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
      const style = mapStyle(config, palette, base, (layer) => this.tiles.begin(layer, this.state));
      this.map.setStyle(style, { diff: false });
      this.map.once("style.load", () => this.#apply());
    }
  }

  /** @param {string} id `<sign>:<theme>`, so that a change of theme asks for other pictures */
  #draw(id) {
    if (!this.map.hasImage(id)) {
      this.map.addImage(id, drawSign(id, this.palette), { pixelRatio: RATIO });
    }
  }

  /** Brings the style to what the state says. */
  #apply() {
    const { map, config, state } = this;
    const shown = shownLayers(config, state);
    for (const layer of config.layers) {
      this.tiles.follow(layer, state);
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
