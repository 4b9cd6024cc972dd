// "Where am I?": the library's control, with our words when it fails.

const DENIED = 1;

/**
 * @param {any} control a GeolocateControl
 * @param {import("../config.js").Config} config
 * @param {import("../notice.js").Notice} notice
 */
export function explainFailures(control, config, notice) {
  const { text } = config;
  control.on("error", (/** @type {{code: number}} */ error) =>
    notice.show("locate", error.code === DENIED ? text.locate_denied : text.locate_failed),
  );
  control.on("outofmaxbounds", () => notice.show("locate", text.locate_outside));
  control.on("geolocate", () => notice.clear("locate"));
}
