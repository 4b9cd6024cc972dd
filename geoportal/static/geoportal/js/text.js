// Words, numbers and days in the reader's language.

/**
 * `fill("{count} of {total}", {count: 3, total: 9})` is `"3 of 9"`.
 *
 * @param {string} template
 * @param {Record<string, string|number>} values
 * @returns {string}
 */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * The locale for numbers. Browsers claim to know Kazakh and write "22,100"; Kazakh and Russian numbers look the same.
 *
 * @param {string} language
 * @returns {string}
 */
export const numberLocale = (language) => (language === "kk" ? "ru" : language);

/**
 * @param {string} language
 * @returns {(number: number) => string}
 */
export function numberFormat(language) {
  const format = new Intl.NumberFormat(numberLocale(language));
  return (number) => format.format(number);
}

/**
 * Days for people, in a time zone. The words come from the server: browsers claim to know Kazakh and write "2026 M11 24".
 *
 * @param {import("./config.js").Config} config
 * @param {string} timeZone
 * @returns {(time: Date) => string}
 */
export function dayFormat(config, timeZone) {
  const { months, pattern } = config.date;
  return (time) => {
    const [year, month, day] = isoDay(time, timeZone).split("-").map(Number);
    return fill(pattern, { day, month: months[month - 1], year });
  };
}

/**
 * @param {import("./config.js").Config} config
 * @param {number} year
 * @param {number} month from 0
 * @returns {string}
 */
export function monthName(config, year, month) {
  const { month_names: names, month_pattern: pattern } = config.date;
  return fill(pattern, { month: names[month], year });
}

/**
 * A day of an address for people; one that is no day as it is written there, so that it can be seen and taken away.
 *
 * @param {import("./config.js").Config} config
 * @param {string} iso
 * @returns {string}
 */
export function dayName(config, iso) {
  // A day without a time is a day everywhere: noon keeps it the same in every zone.
  const noon = new Date(`${iso}T12:00:00Z`);
  return Number.isNaN(noon.getTime()) ? iso : dayFormat(config, "UTC")(noon);
}

/**
 * The day of `time` in a zone as `2026-03-31`.
 *
 * @param {Date} time
 * @param {string} timeZone
 * @returns {string}
 */
export function isoDay(time, timeZone) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(time);
  const part = (/** @type {string} */ type) => parts.find((each) => each.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}
