// "Use my place" on the form that reports a problem. Without this script the two fields are filled in by hand.

const DENIED = 1;
const DECIMALS = 6;
const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-locate]"));
const said = /** @type {HTMLElement} */ (document.querySelector("[data-located]"));

if ("geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    said.textContent = "";
    navigator.geolocation.getCurrentPosition(fill, fail, { enableHighAccuracy: true, timeout: 20000 });
  });
}

/** @param {GeolocationPosition} position */
function fill({ coords }) {
  button.disabled = false;
  field("report-lat").value = coords.latitude.toFixed(DECIMALS);
  field("report-lon").value = coords.longitude.toFixed(DECIMALS);
}

/** @param {GeolocationPositionError} error */
function fail({ code }) {
  button.disabled = false;
  said.textContent = (code === DENIED ? button.dataset.denied : button.dataset.failed) ?? "";
}

/**
 * @param {string} id
 * @returns {HTMLInputElement}
 */
function field(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}
