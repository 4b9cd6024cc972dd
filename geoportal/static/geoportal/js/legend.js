// The legend, drawn by the same hand as the map's signs.

import { byId, element } from "./dom.js";
import { drawSign } from "./map/signs.js";

const SIDE_PX = 32;

/**
 * @param {import("./config.js").Config} config
 * @param {import("./map/palette.js").Palette} palette
 */
export function showLegend(config, palette) {
  const clusters = config.layers.map((layer) =>
    row(`cluster:${layer.kind}:5`, layer.title, palette, config.text.legend_many),
  );
  const statuses = config.groups.map((group) => row(`mark:${config.layers[0].kind}:${group.code}`, group.title, palette));
  byId("legend").replaceChildren(...clusters, ...statuses);
}

/**
 * @param {string} sign
 * @param {string} title
 * @param {import("./map/palette.js").Palette} palette
 * @param {string} [detail]
 */
function row(sign, title, palette, detail) {
  const picture = drawSign(sign, palette);
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { className: "legend-sign", ariaHidden: "true" }));
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  const scale = Math.min(1, SIDE_PX / (picture.width / 2));
  canvas.style.width = `${(picture.width / 2) * scale}px`;
  const cell = element("span", { className: "legend-picture" }, {}, canvas);
  return element("li", {}, {}, cell, element("span", { textContent: detail ? `${title}: ${detail}` : title }));
}
