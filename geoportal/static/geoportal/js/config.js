// What the server tells the page (geoportal/map_config.py).

/**
 * @typedef {{code: string, group: string, title: string}} Status
 * @typedef {{name: string, kind: string, title: string, kind_title: string, max_zoom: number, tiles: string,
 *   api: string, facets: string, histogram: string, item_api: string, page: string, list: string, statuses: Status[]}} Layer
 * @typedef {{code: string, parent: string|null, name: string}} Category
 * @typedef {{code: string, level: number, kind: string, parent: string|null, name: string,
 *   bounds: [number, number, number, number], label: [number, number]}} Region degrees: west, south, east, north
 * @typedef {{code: string, name: string, time_zone: string, bounds: [number, number, number, number]}} Jurisdiction
 * @typedef {{language: string, date: {months: string[], pattern: string, month_names: string[], month_pattern: string},
 *   changes_url: string, changes_seconds: number, changes_settle_seconds: number, layers: Layer[],
 *   reference: {regions: string, settlements: string}, groups: {code: string, title: string}[],
 *   categories: Category[], jurisdiction: string, jurisdictions: Jurisdiction[], regions: Region[],
 *   place_kinds: Record<string, string>, search_url: string, sprite: string, map_style: string, credits: {name: string, url: string}[],
 *   basemap: {kind: "own"|"style"|"pmtiles", url: string, attribution: string},
 *   text: Record<string, string>, library_text: Record<string, string>}} Config
 */

/** @returns {Config} */
export function readConfig() {
  const script = document.getElementById("map-config");
  return JSON.parse(script?.textContent ?? "{}");
}
