// The page where a text is signed. Its sentences stand in the page: here it is only decided which one shows.

import { byId } from "../dom.js";
import { SigningFailure, sign } from "./ncalayer.js";

const config = JSON.parse(byId("signing").textContent);
const form = byId("signature-form");
const button = byId("sign");
const states = [...document.querySelectorAll("[data-state]")];
const isPhone = /Android|iPhone|iPad/.test(navigator.userAgent);
let stop = new AbortController();

/**
 * @param {string} state one of the page's; none for the beginning
 * @param {string} [detail]
 */
function show(state, detail = "") {
  document.body.dataset.signing = state;
  for (const each of states) {
    const isShown = each.dataset.state === state;
    each.hidden = !isShown;
    if (isShown) {
      each.scrollIntoView({ block: "nearest" });
    }
    const place = each.querySelector("[data-detail]");
    if (place) {
      place.textContent = detail;
      place.hidden = detail === "";
    }
  }
}

/** @param {boolean} isBusy */
function setBusy(isBusy) {
  button.disabled = isBusy;
  byId("stop").hidden = !isBusy;
}

async function start() {
  stop = new AbortController();
  setBusy(true);
  try {
    form.elements.signature.value = await sign(config, show, stop.signal);
    show("sending");
    byId("stop").hidden = true;
    form.submit();
  } catch (error) {
    const isKnown = error instanceof SigningFailure;
    show(isKnown ? error.reason : "failed", isKnown ? error.detail : String(error));
    setBusy(false);
    button.focus();
  }
}

/** Nothing signed after this moment is accepted: say so before the person tries. */
function expire() {
  if (document.body.dataset.signing === "sending") {
    return;
  }
  stop.abort();
  byId("ways").hidden = true;
  byId("expired").hidden = false;
}

button.addEventListener("click", start);
byId("stop").addEventListener("click", () => stop.abort());
// The way back from the next page leads to this one as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});
// Counted from the server's clock: that of the computer may be wrong.
setTimeout(expire, config.expires_in_ms);
byId(isPhone ? "on-a-phone" : "with-ncalayer").hidden = false;
