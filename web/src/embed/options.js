import { closest } from "./labels.js";
import { warn } from "./warnings.js";

/**
 * @typedef {object} Options
 * @property {string} origin the server's
 * @property {string} color as #rrggbb, or "" for our own
 * @property {string} side "left", "right", or "" to follow the direction of the page
 * @property {string} title
 * @property {string} greeting
 * @property {string} language one of those in labels.js
 * @property {boolean} open
 */

/**
 * @param {string} text
 * @returns {string} as #rrggbb, or "" where it is no such color
 */
export function hexColor(text) {
  const color = text.toLowerCase().replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  return /^#[0-9a-f]{6}$/.test(color) ? color : "";
}

/**
 * Black or white, whichever is easier to see on a color (by the contrast that WCAG defines, to within a hair).
 *
 * @param {string} color as #rrggbb
 */
export function inkOn(color) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    return (Number.parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2;
  });
  // Both contrasts are the same where (luminance + 0.05)² is 1.05 × 0.05.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 ? "#fff" : "#000";
}

/**
 * Read what a site chose. What cannot be used is named in a warning and left at its default.
 *
 * @param {Record<string, string | undefined>} attributes the script's `data-` attributes
 * @param {string} origin
 * @param {string} pageLanguage
 * @returns {Options}
 */
export function readOptions(attributes, origin, pageLanguage) {
  /**
   * @param {string} name
   * @param {(text: string) => string} read returns "" for what cannot be used
   * @param {string} [usable]
   */
  function option(name, read = String, usable) {
    const text = (attributes[name] ?? "").trim();
    const value = read(text);
    if (text && !value) warn(`data-${name}="${text}" is ignored; write ${usable}`);
    return value;
  }

  /** @param {string[]} words */
  const oneOf = (...words) => {
    return (/** @type {string} */ text) => (words.includes(text) ? text : "");
  };

  return {
    origin,
    color: option("color", hexColor, "a color such as #06c or #0b6e4f"),
    side: option("side", oneOf("left", "right"), "left or right"),
    title: option("title"),
    greeting: option("greeting"),
    language:
      option("language", closest, "a code such as en or de") || closest(pageLanguage) || "en",
    open: option("open", oneOf("true", "false"), "true or false") === "true",
  };
}
