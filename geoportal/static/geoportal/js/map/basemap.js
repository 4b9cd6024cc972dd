// Streets under our layers, when the portal has them: a style by its address, or a .pmtiles file of the portal.

import { getJson } from "../request.js";
import { absolute } from "./style.js";

/**
 * The basemap's style for a theme; null when our own tiles are all there is. One that cannot be had is left out: the
 * data are shown without streets rather than not at all.
 *
 * @param {import("../config.js").Config["basemap"]} basemap
 * @param {"light"|"dark"} theme
 * @param {string} language
 * @param {(name: string, load: any) => void} addProtocol
 * @returns {Promise<any|null>}
 */
export async function basemapStyle(basemap, theme, language, addProtocol) {
  if (basemap.kind === "style") {
    return getJson(basemap.url).catch(() => null);
  }
  if (basemap.kind === "pmtiles") {
    return fromArchive(basemap, theme, language, addProtocol).catch(() => null);
  }
  return null;
}

/**
 * @param {import("../config.js").Config["basemap"]} basemap
 * @param {"light"|"dark"} theme
 * @param {string} language
 * @param {(name: string, load: any) => void} addProtocol
 */
async function fromArchive({ url, attribution }, theme, language, addProtocol) {
  const [{ Protocol }, { layers, namedFlavor }] = await Promise.all([import("pmtiles"), import("@protomaps/basemaps")]);
  addProtocol("pmtiles", new Protocol().tile);
  const drawn = layers("streets", namedFlavor(theme), { lang: language });
  return {
    version: 8,
    sources: { streets: { type: "vector", url: `pmtiles://${absolute(url)}`, attribution } },
    // Its icons are in a sprite of another host; shields and signs are no loss under civic data.
    layers: drawn.filter((layer) => !layer.layout?.["icon-image"]),
  };
}
