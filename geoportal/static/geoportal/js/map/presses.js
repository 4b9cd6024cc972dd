// What a press on the map means: closer to a cell, or the features that lie there.

import { signLayers } from "./layers.js";

// How far from a sign a press still means it: a finger is no needle.
const REACH_PX = { fine: 4, coarse: 12, keyboard: 24 };

/**
 * @typedef {{x: number, y: number}} Point in pixels of the map
 * @typedef {{west: number, south: number, east: number, north: number}} Around the box that was pressed, in degrees
 */

/**
 * @param {any} map
 * @param {import("../config.js").Config} config
 * @param {(chosen: import("../state.js").Chosen[], at: Around) => void} pressed
 */
export function hearPresses(map, config, pressed) {
  const layers = config.layers.flatMap(({ name }) => [...signLayers(name), `${name}-line`, `${name}-area`]);
  const canvas = map.getCanvas();

  /**
   * @param {Point} point
   * @param {number} reach_px
   */
  const signsAt = ({ x, y }, reach_px) =>
    map.queryRenderedFeatures(
      [
        [x - reach_px, y - reach_px],
        [x + reach_px, y + reach_px],
      ],
      { layers: layers.filter((id) => map.getLayer(id)) },
    );

  /**
   * @param {Point} point
   * @param {number} reach_px
   */
  const press = (point, reach_px) => {
    const found = signsAt(point, reach_px);
    const top = found[0];
    const zoom = map.getZoom();
    const closest = map.getMaxZoom();
    if (top && top.properties.count > 1 && zoom < closest - 0.5) {
      map.easeTo({ center: top.geometry.coordinates, zoom: Math.min(closest, zoom + (zoom < 9 ? 2 : 1.5)) });
      return;
    }
    const southWest = map.unproject([point.x - reach_px, point.y + reach_px]);
    const northEast = map.unproject([point.x + reach_px, point.y - reach_px]);
    pressed(chosenOf(found), {
      west: southWest.lng,
      south: southWest.lat,
      east: northEast.lng,
      north: northEast.lat,
    });
  };

  map.on("click", (/** @type {any} */ event) =>
    press(event.point, event.originalEvent.pointerType === "touch" ? REACH_PX.coarse : REACH_PX.fine),
  );
  map.on("mousemove", (/** @type {any} */ event) => {
    canvas.style.cursor = signsAt(event.point, REACH_PX.fine).length > 0 ? "pointer" : "";
  });
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") {
      press({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }, REACH_PX.keyboard);
    }
  });
}

/** Each feature once: a shape and its sign have the same number. @param {any[]} found */
function chosenOf(found) {
  const single = found.filter((each) => !(each.properties.count > 1));
  const ids = single.map((each) => `${each.layer.source}/${each.id ?? each.properties.id}`);
  return [...new Set(ids)].map((each) => {
    const [layer, id] = each.split("/");
    return { layer, id };
  });
}
