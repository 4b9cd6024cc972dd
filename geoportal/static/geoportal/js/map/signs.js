// The signs on the map, drawn on a canvas: each kind has one shape and one colour.
//
// `cluster:<kind>:<eighths>` several nearby; the ring around it shows how many eighths of them are solved.
// `mark:<kind>:<group>` one feature: filled while open; hollow with a sign of its own when solved, declined, duplicate.
// `place:<capital|town>` a settlement.

export const RATIO = 2;
// Lengths are in CSS pixels, from the middle to a corner (circle: the radius). A diamond and a hexagon need more of
// it to look as large as a circle, and to have room for a number.
const REACH = { problem: 1, need: 1.24, initiative: 1.12 };
const CLUSTER_PX = 17;
const MARK_PX = 8;
const RING_PX = 3;
const GAP_PX = 1.5;
const EIGHTHS = 8;

/** @typedef {import("./palette.js").Palette} Palette */

/**
 * @param {string} id
 * @param {Palette} palette
 * @returns {ImageData} at two pixels for each CSS pixel
 */
export function drawSign(id, palette) {
  const [form, kind, detail] = id.split(":");
  if (form === "place") {
    return drawPlace(kind, palette);
  }
  const reach = REACH[/** @type {keyof typeof REACH} */ (kind)];
  return form === "cluster"
    ? drawCluster(kind, Number(detail) / EIGHTHS, CLUSTER_PX * reach, palette)
    : drawMark(kind, detail, MARK_PX * reach, palette);
}

/**
 * @param {number} half_px
 * @param {(context: CanvasRenderingContext2D) => void} draw around the origin, in CSS pixels
 */
function picture(half_px, draw) {
  const side = Math.ceil(half_px * 2 * RATIO);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.translate(side / 2, side / 2);
  context.scale(RATIO, RATIO);
  context.lineJoin = "round";
  draw(context);
  return context.getImageData(0, 0, side, side);
}

/**
 * The outline of a kind's shape, clockwise from the top.
 *
 * @param {string} kind
 * @param {number} reach_px
 * @returns {{path: Path2D, length_px: number}}
 */
function outline(kind, reach_px) {
  const path = new Path2D();
  if (kind === "problem") {
    path.arc(0, 0, reach_px, -Math.PI / 2, 1.5 * Math.PI);
    return { path, length_px: 2 * Math.PI * reach_px };
  }
  const corners = kind === "need" ? 4 : 6;
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = (2 * Math.PI * corner) / corners - Math.PI / 2;
    path.lineTo(reach_px * Math.cos(angle), reach_px * Math.sin(angle));
  }
  path.closePath();
  return { path, length_px: corners * 2 * reach_px * Math.sin(Math.PI / corners) };
}

/**
 * @param {string} kind
 * @param {number} solved 0 to 1
 * @param {number} reach_px
 * @param {Palette} palette
 */
function drawCluster(kind, solved, reach_px, palette) {
  const colour = palette[/** @type {keyof Palette} */ (kind)];
  const ring = outline(kind, reach_px + GAP_PX + RING_PX / 2);
  const inside = outline(kind, reach_px);
  return picture(reach_px + 8, (context) => {
    context.strokeStyle = palette.paper;
    context.lineWidth = RING_PX + 2 * GAP_PX;
    context.stroke(ring.path);
    context.lineWidth = RING_PX;
    context.strokeStyle = colour;
    context.globalAlpha = 0.3;
    context.stroke(ring.path);
    context.globalAlpha = 1;
    if (solved > 0) {
      context.setLineDash([solved * ring.length_px, ring.length_px]);
      context.stroke(ring.path);
      context.setLineDash([]);
    }
    context.fillStyle = colour;
    context.fill(inside.path);
    context.lineWidth = GAP_PX;
    context.strokeStyle = palette.paper;
    context.stroke(inside.path);
  });
}

/**
 * @param {string} size
 * @param {Palette} palette
 */
function drawPlace(size, palette) {
  const reach_px = size === "capital" ? 3.2 : 2.2;
  return picture(reach_px + 3, (context) => {
    context.beginPath();
    context.arc(0, 0, reach_px, 0, 2 * Math.PI);
    context.fillStyle = size === "capital" ? palette.land : palette.place;
    context.strokeStyle = palette.place;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  });
}

/** @type {Record<string, (context: CanvasRenderingContext2D) => void>} */
const GLYPHS = {
  solved: (context) => strokeLine(context, [-3.6, 0.2], [-1.1, 2.7], [3.7, -2.6]),
  declined: (context) => strokeLine(context, [-3, 0], [3, 0]),
  duplicate: (context) => {
    strokeLine(context, [-2.6, -1.7], [2.6, -1.7]);
    strokeLine(context, [-2.6, 1.7], [2.6, 1.7]);
  },
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {...[number, number]} points
 */
function strokeLine(context, ...points) {
  context.beginPath();
  for (const [x, y] of points) {
    context.lineTo(x, y);
  }
  context.stroke();
}

/**
 * @param {string} kind
 * @param {string} group
 * @param {number} reach_px
 * @param {Palette} palette
 */
function drawMark(kind, group, reach_px, palette) {
  const colour = palette[/** @type {keyof Palette} */ (kind)];
  const { path } = outline(kind, reach_px);
  return picture(reach_px + 4, (context) => {
    context.strokeStyle = palette.paper;
    context.lineWidth = 5;
    context.stroke(path);
    context.fillStyle = group in GLYPHS ? palette.paper : colour;
    context.fill(path);
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.lineCap = "round";
    context.stroke(path);
    GLYPHS[group]?.(context);
  });
}
