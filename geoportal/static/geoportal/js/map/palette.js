// The map's colours: the page's own (css/tokens.css, css/map.css), as the map library can read them.

const NAMES = /** @type {const} */ ({
  outside: "--map-outside",
  land: "--map-land",
  faded: "--map-faded",
  oblastLine: "--map-oblast-line",
  rayonLine: "--map-rayon-line",
  edge: "--map-edge",
  regionText: "--map-region-text",
  placeText: "--map-place-text",
  place: "--map-place",
  primary: "--primary",
  paper: "--paper",
  ink: "--ink",
  onKind: "--map-on-kind",
  problem: "--problem",
  need: "--need",
  initiative: "--initiative",
});

/** @typedef {Record<keyof typeof NAMES, string> & {theme: "light"|"dark"}} Palette colours as `#rrggbb` */

export const darkScheme = () => window.matchMedia("(prefers-color-scheme: dark)");

/** @returns {Palette} */
export function readPalette() {
  const probe = document.createElement("i");
  document.body.append(probe);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  // A mixed colour computes to a notation that the map library does not know; a painted pixel is only numbers.
  const painted = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const colours = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, painted(name)]));
  probe.remove();
  return /** @type {Palette} */ ({ ...colours, theme: darkScheme().matches ? "dark" : "light" });
}
