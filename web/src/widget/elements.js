const SVG = "http://www.w3.org/2000/svg";

/** Lines in a square of 24: drawn here, so that nothing has to be fetched. */
const ICONS = {
  alert: "M12 3 2 20h20zM12 10v4M12 17v.5",
  doctor: "M6 4h12q2 0 2 2v12q0 2-2 2H6q-2 0-2-2V6q0-2 2-2zM12 8v8M8 12h8",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v6M12 7v.5",
  up: "M7 11v9H3v-9zM7 11l4-8c2 0 3 1 2.5 3.5L13 9h6c1.5 0 2.3 1.2 2 2.5l-1.5 6.5c-.3 1.3-1.2 2-2.5 2H7",
  down: "M17 13V4h4v9zM17 13l-4 8c-2 0-3-1-2.5-3.5L11 15H5c-1.5 0-2.3-1.2-2-2.5L4.5 6c.3-1.3 1.2-2 2.5-2h10",
};

/** @typedef {keyof typeof ICONS} Icon */

/**
 * Make an element. Texts become text nodes: nothing is ever read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * @param {Record<string, string>} attributes
 * @param {() => void} act
 * @param {(Node | string)[]} children
 */
export function makeButton(attributes, act, ...children) {
  const button = make("button", { type: "button", ...attributes }, ...children);
  button.addEventListener("click", act);
  return button;
}

/**
 * @param {string} address one that `safeAddress` gave
 * @param {string} text
 * @param {Record<string, string>} [attributes]
 */
export function makeLink(address, text, attributes = {}) {
  const link = make("a", { href: address, ...attributes }, text);
  if (address.startsWith("http")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return link;
}

/**
 * A picture that says nothing a screen reader needs.
 *
 * @param {Icon} name
 */
export function makeIcon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Text that only screen readers hear.
 *
 * @param {string} text
 */
export function unseen(text) {
  return make("span", { class: "unseen" }, text);
}

/**
 * A text of several lines, each a paragraph.
 *
 * @param {string} text
 */
export function paragraphs(text) {
  return text
    .split(/\s*\n\s*/)
    .filter(Boolean)
    .map((line) => make("p", { dir: "auto" }, line));
}
