// The one list of the map's layers, from the bottom to the top.

import { numberLocale } from "../text.js";

/**
 * @typedef {import("../config.js").Config} Config
 * @typedef {import("../config.js").Layer} Layer
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {{config: Config, palette: Palette, hasBasemap: boolean, bold: string[], regular: string[]}} Making
 */

const COUNT = ["get", "count"];
const IS_CELL = ["all", ["has", "count"], [">", COUNT, 1]];
// A cell of one looks like the feature that it is.
const IS_SINGLE = ["all", ["has", "count"], ["==", COUNT, 1]];
const IS_MARK = ["all", ["!", ["has", "count"]], ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]]];
const IS_LINE = ["in", ["geometry-type"], ["literal", ["LineString", "MultiLineString"]]];
const IS_AREA = ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]];
const SMALLEST_CELL = 0.62;

/** @param {string} layer a feature layer's name @returns {string[]} the style layers that hold its clickable signs */
export const signLayers = (layer) => [`${layer}-cells`, `${layer}-single`, `${layer}-marks`];

/** @param {string} layer @returns {string[]} every style layer of it that shows numbers and features */
export const plainLayers = (layer) => [`${layer}-area`, `${layer}-area-edge`, `${layer}-line`, ...signLayers(layer)];

/** @param {string} layer */
export const heatLayer = (layer) => `${layer}-heat`;

/** The source that has a layer's finer cells. @param {string} layer */
export const fineSource = (layer) => `${layer}-fine`;

/** @param {Making} making @returns {any[]} */
export function mapLayers(making) {
  const { config } = making;
  return [
    ...(making.hasBasemap ? [] : land(making)),
    ...borders(making),
    ...config.layers.flatMap((layer) => shapes(layer, making)),
    ...(making.hasBasemap ? [] : labels(making)),
    ...config.layers.map((layer) => heat(layer, making)),
    ...config.layers.flatMap((layer) => signs(layer, making)),
    ...selection(making),
  ];
}

/** @param {Making} making */
function land({ palette }) {
  return [
    { id: "outside", type: "background", paint: { "background-color": palette.outside } },
    {
      // Under the land, so that only its outer half is seen: the edge of the country.
      id: "edge",
      type: "line",
      source: "regions",
      "source-layer": "regions",
      filter: ["==", ["get", "level"], 1],
      layout: { "line-join": "round" },
      paint: { "line-color": palette.edge, "line-width": ["interpolate", ["linear"], ["zoom"], 3, 4, 8, 10] },
    },
    {
      id: "land",
      type: "fill",
      source: "regions",
      "source-layer": "regions",
      filter: ["==", ["get", "level"], 1],
      paint: { "fill-color": palette.land, "fill-antialias": false },
    },
  ];
}

/** @param {Making} making */
function borders({ palette }) {
  return [
    {
      // What lies outside the region asked for; its filter is set with the state.
      id: "faded",
      type: "fill",
      source: "regions",
      "source-layer": "regions",
      filter: ["literal", false],
      paint: { "fill-color": palette.faded, "fill-opacity": 0.7, "fill-antialias": false },
    },
    {
      id: "rayon-borders",
      type: "line",
      source: "regions",
      "source-layer": "regions",
      minzoom: 5,
      filter: ["==", ["get", "level"], 2],
      layout: { "line-join": "round" },
      paint: {
        "line-color": palette.rayonLine,
        "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.4, 10, 1.2],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 5, 0, 6.5, 1],
      },
    },
    {
      id: "oblast-borders",
      type: "line",
      source: "regions",
      "source-layer": "regions",
      filter: ["==", ["get", "level"], 1],
      layout: { "line-join": "round" },
      paint: { "line-color": palette.oblastLine, "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.7, 10, 2.2] },
    },
    {
      id: "chosen-region",
      type: "line",
      source: "regions",
      "source-layer": "regions",
      filter: ["literal", false],
      layout: { "line-join": "round" },
      paint: { "line-color": palette.primary, "line-width": 2.5 },
    },
  ];
}

/**
 * @param {Layer} layer
 * @param {Making} making
 */
function shapes(layer, { palette }) {
  const colour = palette[/** @type {keyof Palette} */ (layer.kind)];
  const from = { source: layer.name, "source-layer": layer.name };
  return [
    { id: `${layer.name}-area`, type: "fill", ...from, filter: IS_AREA, paint: { "fill-color": colour, "fill-opacity": 0.18 } },
    {
      id: `${layer.name}-area-edge`,
      type: "line",
      ...from,
      filter: IS_AREA,
      paint: { "line-color": colour, "line-width": 1.5, "line-dasharray": [3, 2] },
    },
    {
      id: `${layer.name}-line`,
      type: "line",
      ...from,
      filter: IS_LINE,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": 4, "line-opacity": 0.75 },
    },
  ];
}

/** @param {Making} making */
function labels({ config, palette, bold, regular }) {
  const name = ["coalesce", ["get", `name_${config.language}`], ["get", "name_kk"]];
  const halo = { "text-halo-color": palette.land, "text-halo-width": 1.5 };
  // Where the cells of the region's middle leave room, but not so far that it would name a neighbour.
  const nearby = {
    "text-variable-anchor-offset": [
      ...["center", [0, 0], "top", [0, 0.6], "bottom", [0, -0.6], "top", [0, 1.8], "bottom", [0, -1.8]],
    ],
    "text-justify": "auto",
  };
  const isMajor = ["any", ["get", "is_capital"], ["get", "is_centre"], [">", ["get", "population"], 500000]];
  return [
    {
      id: "rayon-names",
      type: "symbol",
      source: "region-names",
      minzoom: 7.5,
      maxzoom: 11,
      filter: ["==", ["get", "level"], 2],
      layout: {
        "text-field": ["get", "name"],
        "text-font": regular,
        "text-size": 12,
        "text-max-width": 7,
        "text-padding": 4,
        ...nearby,
      },
      paint: { "text-color": palette.regionText, ...halo },
    },
    {
      id: "oblast-names",
      type: "symbol",
      source: "region-names",
      minzoom: 3.4,
      maxzoom: 8,
      filter: ["==", ["get", "level"], 1],
      layout: {
        "text-field": ["get", "name"],
        "text-font": regular,
        "text-size": ["interpolate", ["linear"], ["zoom"], 3.4, 9.5, 8, 15],
        "text-letter-spacing": 0.06,
        "text-max-width": 7,
        "text-padding": 3,
        ...nearby,
      },
      paint: { "text-color": palette.regionText, ...halo },
    },
    {
      id: "settlement-names",
      type: "symbol",
      source: "settlements",
      "source-layer": "settlements",
      filter: ["<=", ["get", "min_zoom"], ["zoom"]],
      layout: {
        "text-field": name,
        "text-font": ["case", isMajor, ["literal", bold], ["literal", regular]],
        "text-size": ["interpolate", ["linear"], ["zoom"], 4, ["case", isMajor, 11.5, 10.5], 10, ["case", isMajor, 17, 13]],
        // Close to its dot when there is room, else beside the cells that lie on the town.
        "text-variable-anchor-offset": [
          ...["left", [0.55, 0], "right", [-0.55, 0], "left", [2.1, 0], "right", [-2.1, 0]],
          ...["top", [0, 1.9], "bottom", [0, -2.3], "left", [3.6, 0], "right", [-3.6, 0]],
        ],
        "text-justify": "auto",
        "text-max-width": 9,
        "symbol-sort-key": ["-", 0, ["get", "population"]],
        "icon-image": ["case", ["get", "is_capital"], `place:capital:${palette.theme}`, `place:town:${palette.theme}`],
        "icon-optional": true,
        "text-optional": true,
      },
      paint: { "text-color": palette.placeText, ...halo },
    },
  ];
}

/**
 * @param {Layer} layer
 * @param {Making} making
 */
function heat(layer, { palette }) {
  const colour = palette[/** @type {keyof Palette} */ (layer.kind)];
  return {
    id: heatLayer(layer.name),
    type: "heatmap",
    source: fineSource(layer.name),
    "source-layer": layer.name,
    filter: ["==", ["geometry-type"], "Point"],
    layout: { visibility: "none" },
    paint: {
      "heatmap-weight": ["interpolate", ["linear"], ["sqrt", ["coalesce", COUNT, 1]], 0, 0, 1, 0.12, 30, 1],
      "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 3, 0.8, 11, 2.2, 15, 4],
      "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 3, 12, 9, 22, 15, 34],
      "heatmap-opacity": 0.75,
      "heatmap-color": [
        "interpolate",
        ["linear"],
        ["heatmap-density"],
        0,
        `${colour}00`,
        0.15,
        `${colour}55`,
        0.55,
        `${colour}bb`,
        1,
        colour,
      ],
    },
  };
}

/**
 * @param {Layer} layer
 * @param {Making} making
 */
function signs(layer, { config, palette, bold }) {
  const from = { type: "symbol", source: layer.name, "source-layer": layer.name };
  const always = { "icon-overlap": "always", "text-overlap": "always", "icon-padding": 0 };
  const byCount = (/** @type {number} */ small, /** @type {number} */ large) => [
    ...["interpolate", ["linear"], ["log10", COUNT]],
    ...[0.3, small, 2, small + (large - small) * 0.45, 4.5, large],
  ];
  const kind = layer.kind;
  const groups = layer.statuses.flatMap((status) => [status.code, status.group]);
  const groupOfCell = [
    "case",
    ...config.groups.flatMap(({ code }) => [[">", ["coalesce", ["get", code], 0], 0], code]),
    "open",
  ];
  const solvedEighths = ["round", ["/", ["*", 8, ["coalesce", ["get", "solved"], 0]], COUNT]];
  return [
    {
      id: `${layer.name}-marks`,
      ...from,
      filter: IS_MARK,
      layout: {
        ...always,
        "icon-image": ["concat", `mark:${kind}:`, ["match", ["get", "status"], ...groups, "open"], `:${palette.theme}`],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.85, 16, 1.25],
      },
    },
    {
      id: `${layer.name}-single`,
      ...from,
      filter: IS_SINGLE,
      layout: {
        ...always,
        "icon-image": ["concat", `mark:${kind}:`, groupOfCell, `:${palette.theme}`],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.7, 11, 0.85],
      },
    },
    {
      id: `${layer.name}-cells`,
      ...from,
      filter: IS_CELL,
      layout: {
        ...always,
        "icon-image": ["concat", `cluster:${kind}:`, ["to-string", solvedEighths], `:${palette.theme}`],
        "icon-size": byCount(SMALLEST_CELL, 1.08),
        "text-field": countLabel(config),
        "text-font": bold,
        "text-size": byCount(10, 12.5),
        "text-line-height": 0.95,
        "symbol-sort-key": COUNT,
      },
      paint: { "text-color": palette.onKind },
    },
  ];
}

/**
 * The number in a cell, as few letters as can be: 999, 1,2k, 12k.
 *
 * @param {Config} config
 */
function countLabel(config) {
  const { thousand, million } = config.text;
  const locale = numberLocale(config.language);
  const short = (/** @type {number} */ unit, /** @type {number} */ digits, /** @type {string} */ word) => {
    // Rounded first: the library takes no digits for no wish, and writes three.
    const shown = digits > 0 ? ["/", COUNT, unit] : ["round", ["/", COUNT, unit]];
    const number = ["number-format", shown, { locale, "max-fraction-digits": digits }];
    // A word goes below its number; a letter stands behind it.
    return word.length > 1 ? ["format", number, {}, `\n${word}`, { "font-scale": 0.75 }] : ["format", ["concat", number, word], {}];
  };
  return [
    "case",
    ["<", COUNT, 1000],
    ["format", ["to-string", COUNT], {}],
    ["<", COUNT, 9950],
    short(1000, 1, thousand),
    ["<", COUNT, 999500],
    short(1000, 0, thousand),
    short(1000000, 1, million),
  ];
}

/** @param {Making} making */
function selection({ palette }) {
  const from = { source: "selected" };
  return [
    {
      id: "selected-line",
      type: "line",
      ...from,
      filter: ["!", ["==", ["geometry-type"], "Point"]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": palette.primary, "line-width": 3.5 },
    },
    {
      id: "selected-halo",
      type: "circle",
      ...from,
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": 16,
        "circle-color": palette.primary,
        "circle-opacity": 0.12,
        "circle-stroke-color": palette.primary,
        "circle-stroke-width": 3,
      },
    },
  ];
}

/**
 * The sign of the one feature that a small map shows.
 *
 * @param {Palette} palette
 */
export function placeMark(palette) {
  return {
    id: "place-mark",
    type: "symbol",
    source: "selected",
    filter: ["==", ["geometry-type"], "Point"],
    layout: {
      "icon-overlap": "always",
      "icon-image": ["concat", "mark:", ["get", "kind"], ":", ["get", "group"], `:${palette.theme}`],
    },
  };
}
