// Small things for the page's elements. Text only ever enters as text: nothing here parses HTML.

/**
 * A new element. `properties` are DOM properties (`className`, `textContent`, `onclick` …); `attributes`, `data` and
 * `children` are the rest of it. Children that are null or false are left out.
 *
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {{attributes?: Record<string, string>, data?: Record<string, string>}} [more]
 * @param {...(Node|string|null|false)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, { attributes = {}, data = {} } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  Object.assign(made.dataset, data);
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/**
 * The element with this id. Throws when the page lacks it: a template and its script then disagree.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`the page has no element #${id}`);
  }
  return found;
}

/**
 * A sign of the sprite that the page's own signs come from.
 *
 * @param {string} sprite address of the sprite
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(sprite, name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Runs `work` when nobody has asked again for `wait_ms`.
 *
 * @template {any[]} Args
 * @param {(...args: Args) => void} work
 * @param {number} wait_ms
 * @returns {(...args: Args) => void}
 */
export function debounced(work, wait_ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => work(...args), wait_ms);
  };
}

/** Whether the panel is a sheet at the bottom (the width of css/map.css). */
export const isPhone = () => window.matchMedia("(max-width: 47.99rem)").matches;
