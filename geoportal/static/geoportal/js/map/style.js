// The style of the map: our own tiles, alone or over a basemap with streets.

import { fineSource, mapLayers } from "./layers.js";

// The browser draws the letters with its own fonts, as long as a style names no `glyphs`; "Bold" in the first name tells
// the weight, and what the machine lacks is passed over.
const OWN_FONTS = { regular: ["Noto Sans Regular", "system-ui"], bold: ["Noto Sans Bold", "system-ui"] };
// The fonts that free glyph servers have; a style with `glyphs` can use no others.
const SERVED_FONTS = { regular: ["Noto Sans Regular"], bold: ["Noto Sans Bold"] };
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * @typedef {import("../config.js").Config} Config
 * @typedef {import("./palette.js").Palette} Palette
 */

/**
 * @param {Config} config
 * @param {Palette} palette
 * @param {any|null} base the style of a basemap that lies under our layers
 * @param {(layer: import("../config.js").Layer) => {tiles: string, fine: string}} addresses of a layer's tiles
 * @returns {any} a MapLibre style
 */
export function mapStyle(config, palette, base, addresses) {
  const fonts = base?.glyphs ? SERVED_FONTS : OWN_FONTS;
  const ours = mapLayers({ config, palette, hasBasemap: base !== null, ...fonts });
  return {
    ...(base ?? { version: 8, name: "geoportal" }),
    sources: { ...base?.sources, ...ownSources(config, addresses) },
    layers: [...(base?.layers ?? []), ...ours],
  };
}

/**
 * @param {Config} config
 * @param {(layer: import("../config.js").Layer) => {tiles: string, fine: string}} addresses
 */
function ownSources(config, addresses) {
  const sources = {
    regions: vector(config.reference.regions, 12),
    settlements: vector(config.reference.settlements, 12),
    "region-names": { type: "geojson", data: regionNames(config) },
    selected: { type: "geojson", data: NOTHING },
  };
  for (const layer of config.layers) {
    const { tiles, fine } = addresses(layer);
    Object.assign(sources, {
      [layer.name]: vector(tiles, layer.max_zoom),
      [fineSource(layer.name)]: vector(fine, layer.max_zoom),
    });
  }
  return sources;
}

/**
 * @param {string} template
 * @param {number} maxzoom
 */
function vector(template, maxzoom) {
  return { type: "vector", tiles: [absolute(template)], minzoom: 0, maxzoom };
}

/** Workers have no page to resolve an address against. @param {string} template */
export const absolute = (template) => (template.startsWith("/") ? window.location.origin + template : template);

/**
 * Names at one place each. Drawn from the tiles' polygons a name would stand in every tile that its region touches.
 *
 * @param {Config} config
 */
function regionNames(config) {
  return {
    type: "FeatureCollection",
    // A city of republican significance is named by its settlement.
    features: config.regions
      .filter((region) => region.kind !== "republican_city")
      .map((region) => ({
        type: "Feature",
        properties: { name: region.name, level: region.level },
        geometry: { type: "Point", coordinates: region.label },
      })),
  };
}
