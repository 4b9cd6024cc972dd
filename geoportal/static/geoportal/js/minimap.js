// The small map of a feature's page: loaded when it comes into view, and only a link to the large one until then.

import { readConfig } from "./config.js";
import { element } from "./dom.js";
import { getJson } from "./request.js";

const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-minimap]"));
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      observer.unobserve(target);
      show(/** @type {HTMLElement} */ (target));
    }
  }
});
boxes.forEach((box) => observer.observe(box));

/** @param {HTMLElement} box */
async function show(box) {
  const config = readConfig();
  const container = element("div", { className: "minimap-map" }, { attributes: { "aria-hidden": "true" } });
  box.prepend(container);
  box.dataset.state = "loading";
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: config.map_style }));
  try {
    const [{ showPlace }, geometry] = await Promise.all([import("./map/map.js"), geometryOf(box)]);
    const { kind, group } = box.dataset;
    await showPlace(container, config, { type: "Feature", properties: { kind, group }, geometry });
    box.dataset.state = "ready";
  } catch {
    // Without WebGL the link to the large map, and the address beside it, still say where it is.
    container.remove();
    delete box.dataset.state;
  }
}

/**
 * Its line or area when the server gives it, else the point that the page itself says.
 *
 * @param {HTMLElement} box
 */
async function geometryOf(box) {
  const { geojson = "", lon, lat } = box.dataset;
  try {
    return (await getJson(geojson)).geometry;
  } catch {
    return { type: "Point", coordinates: [Number(lon), Number(lat)] };
  }
}
