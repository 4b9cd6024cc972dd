// Boxes that the map is brought to: [[west, south], [east, north]] in degrees.

const WORLD = /** @type {Box} */ ([-180, -80, 180, 80]);

/**
 * @typedef {[number, number, number, number]} Box west, south, east, north
 * @typedef {[[number, number], [number, number]]} Bounds
 */

/**
 * @param {any} geometry GeoJSON
 * @returns {Bounds}
 */
export function boundsOfGeometry(geometry) {
  const numbers = geometry.coordinates.flat(Infinity);
  const lons = numbers.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 0);
  const lats = numbers.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 1);
  return [
    [lons.reduce(least), lats.reduce(least)],
    [lons.reduce(most), lats.reduce(most)],
  ];
}

/**
 * Of the regions that were chosen, else of the first jurisdiction.
 *
 * @param {import("../config.js").Config} config
 * @param {import("../state.js").State} state
 * @returns {Bounds}
 */
export function boundsOfChosen(config, state) {
  const codes = state.region.split(",");
  const places = [...config.regions, ...config.jurisdictions].filter(({ code }) => codes.includes(code));
  /** @type {Box[]} */
  const boxes = (places.length > 0 ? places : config.jurisdictions.slice(0, 1)).map(({ bounds }) => bounds);
  const [west, south, east, north] = boxes.reduce(around, boxes[0] ?? WORLD);
  return [
    [west, south],
    [east, north],
  ];
}

/**
 * @param {Bounds} bounds
 * @returns {[number, number]} longitude, latitude
 */
export const middleOf = ([[west, south], [east, north]]) => [(west + east) / 2, (south + north) / 2];

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {Box}
 */
const around = (one, other) => [
  least(one[0], other[0]),
  least(one[1], other[1]),
  most(one[2], other[2]),
  most(one[3], other[3]),
];

// Of two: a border has more places than a function may have arguments.
const least = (/** @type {number} */ one, /** @type {number} */ other) => Math.min(one, other);
const most = (/** @type {number} */ one, /** @type {number} */ other) => Math.max(one, other);
