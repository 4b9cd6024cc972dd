// The map page: puts its parts together. The map library is loaded after the page was painted.

import { Card } from "./card.js";
import { Changes } from "./changes.js";
import { Chips } from "./chips.js";
import { Choices } from "./choices.js";
import { readConfig } from "./config.js";
import { Counts } from "./counts.js";
import { byId, isPhone } from "./dom.js";
import { listAddress } from "./filters.js";
import { Figures } from "./figures.js";
import { FilterForm } from "./filter_form.js";
import { Histogram } from "./histogram.js";
import { showLegend } from "./legend.js";
import { darkScheme, readPalette } from "./map/palette.js";
import { Notice } from "./notice.js";
import { Panel } from "./panel.js";
import { HttpError } from "./request.js";
import { Search } from "./search.js";
import { NO_FILTERS, Store } from "./state.js";
import { dayFormat, dayName, numberFormat } from "./text.js";

const config = readConfig();
const { text } = config;
const zones = new Map(config.jurisdictions.map((each) => [each.code, each.time_zone]));
/** @param {Date} time @param {string} jurisdiction whose clock tells the day */
const day = (time, jurisdiction) => dayFormat(config, zones.get(jurisdiction) ?? "UTC")(time);
const store = new Store(config.layers.map((layer) => layer.name));
const notice = new Notice(config);
const panel = new Panel(text);
const form = new FilterForm(config, store);
const chips = new Chips(config, store, (iso) => dayName(config, iso));
const number = numberFormat(config.language);
const counts = new Counts(config, number);
const choices = new Choices(config, number);
const histogram = new Histogram(config, store, number);
const figures = new Figures(config, choices, histogram);
const card = new Card(config, day, {
  close: () => closeCard(),
  choose: (chosen) => store.change({ chosen }),
  zoom: (geometry) => view?.zoomTo(geometry, panel.covered_px),
});
/** @type {import("./map/map.js").MapView|null} */
let view = null;

new Search(config, {
  // On a phone the results, and the keyboard, need the room.
  begun: () => isPhone() && panel.setHeight("full"),
  place: (place) => {
    panel.lower();
    view?.goTo(place.bbox, [place.lon, place.lat]);
    view?.focus();
  },
  feature: (feature) => store.change({ chosen: { layer: layerOf(feature.kind), id: String(feature.id) } }),
  words: (words) => store.change({ q: words }),
  region: () => config.jurisdictions.find((each) => each.code === store.state.region)?.code ?? "",
});

store.listen((state, before, fromHistory) => {
  form.show(state);
  choices.redraw();
  chips.show(state);
  histogram.mark();
  figures.show(state);
  view?.show(state, fromHistory);
  keepLanguageLinks();
  if (state.chosen?.id !== before.chosen?.id || state.chosen?.layer !== before.chosen?.layer) {
    showCard();
  }
  count();
});

/** @param {string} kind */
function layerOf(kind) {
  return config.layers.find((layer) => layer.kind === kind)?.name ?? "";
}

/** @param {{again?: boolean}} [options] `again`: nobody did anything, the data changed */
async function count(options = {}) {
  const { state } = store;
  try {
    const shown = await counts.show(state, options);
    if (shown === null) {
      return;
    }
    notice.clear("address", "offline");
    if (shown > 0) {
      notice.clear("empty");
    } else if (state.layers.length === 0) {
      notice.show("empty", text.empty_layers);
    } else {
      notice.show("empty", text.empty, { label: text.reset, run: clearFilters });
    }
  } catch (error) {
    if (options.again) {
      return; // What changes next is told again, and the numbers that are there were true.
    }
    if (error instanceof HttpError && error.status === 400) {
      const message = `${text.bad_address} ${error.detail}`;
      notice.show("address", message, { label: text.reset, run: clearFilters });
    } else {
      failed(error instanceof HttpError ? error.status : 0);
    }
  }
}

/** What was said of the filters is no longer so, however long the new counts take. */
function clearFilters() {
  notice.clear("address", "empty");
  store.change(NO_FILTERS);
}

/** @param {number} status of the answer; 0 when there was none */
function failed(status) {
  if (status === 400) {
    return; // The counts say what is wrong with the address.
  }
  const again = { label: text.retry, run: tryAgain };
  if (!navigator.onLine) {
    notice.show("offline", text.offline, again);
  } else {
    notice.show("error", text.tiles_failed, again);
  }
}

function tryAgain() {
  notice.clear("error", "offline");
  view?.retry();
  count();
  figures.show(store.state);
}

async function showCard() {
  const { chosen } = store.state;
  if (!chosen) {
    card.clear();
    panel.show("filters");
    view?.select(null, 0);
    return;
  }
  panel.show("card");
  panel.raise();
  const shown = card.show(chosen);
  card.focus();
  const feature = await shown;
  if (feature) {
    card.focus();
    view?.select(feature, panel.covered_px);
  }
}

function closeCard() {
  if (store.state.chosen) {
    store.change({ chosen: null });
  } else {
    card.clear();
    panel.show("filters");
  }
  if (isPhone()) {
    panel.lower();
  }
  view?.focus();
}

/**
 * @param {import("./state.js").Chosen[]} chosen
 * @param {import("./map/presses.js").Around} around
 */
function pressed(chosen, around) {
  if (chosen.length === 1) {
    store.change({ chosen: chosen[0] });
  } else if (chosen.length > 1) {
    const layer = config.layers.find((each) => each.name === chosen[0].layer) ?? config.layers[0];
    const list = listAddress(config, layer, store.state);
    const box = [around.west, around.south, around.east, around.north].map((each) => each.toFixed(6)).join(",");
    panel.show("card");
    panel.raise();
    card.showSeveral(chosen, `${list}${list.includes("?") ? "&" : "?"}bbox=${box}`);
    card.focus();
  } else if (!byId("view-card").hidden) {
    closeCard();
  } else {
    panel.lower();
  }
}

/** The page in another language is the same page: filters, place and all. */
function keepLanguageLinks() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-language]"))) {
    const address = new URL(store.address(store.state), window.location.origin);
    address.searchParams.set("lang", link.dataset.language ?? "");
    link.href = address.href;
  }
}

async function startMap() {
  const container = byId("map");
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "stylesheet", href: config.map_style }),
  );
  try {
    const { MapView } = await import("./map/map.js");
    view = new MapView(container, config, store.state, notice, {
      moved: (position) => {
        store.move(position);
        keepLanguageLinks();
      },
      pressed,
      failed,
    });
    new ResizeObserver(() => view?.resize()).observe(container);
    if (store.state.chosen) {
      showCard();
    }
  } catch {
    container.dataset.state = "unsupported";
    const lists = config.layers.map((layer) => ({
      label: layer.title,
      href: listAddress(config, layer, store.state),
    }));
    notice.show("unsupported", hasWebgl() ? text.map_failed : text.no_webgl, ...lists);
  }
}

function hasWebgl() {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !byId("view-card").hidden) {
    closeCard();
  }
});
window.addEventListener("offline", () => failed(0));
window.addEventListener("online", () => notice.kind === "offline" && tryAgain());
darkScheme().addEventListener("change", () => showLegend(config, readPalette()));

showLegend(config, readPalette());
keepLanguageLinks();
count();
figures.show(store.state);
new Changes(config, (layers) => {
  view?.refresh(layers);
  count({ again: true });
  figures.refresh(store.state, layers);
});
requestAnimationFrame(() => window.setTimeout(startMap));
