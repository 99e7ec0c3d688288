import { readColor, textColorOn } from "./color.js";

/**
 * Whether this page stands in another one, and what that one asks for. Its wishes come in the address behind the `#`:
 * `#embed&title=Ask+us&color=%230b6e4f`. A `lang` is accepted and means nothing yet: the assistant talks English.
 *
 * @param {string} fragment
 * @param {boolean} framed
 */
export function readEmbedding(fragment, framed) {
  const wishes = new URLSearchParams(fragment.replace(/^#/, ""));
  return {
    embedded: framed || wishes.has("embed"),
    title: (wishes.get("title") ?? "").trim().slice(0, 60),
    color: readColor(wishes.get("color") ?? wishes.get("colour") ?? ""),
  };
}

/**
 * @param {CSSStyleDeclaration} style of the page
 * @param {string} color as `#rrggbb`
 */
export function useAccent(style, color) {
  style.setProperty("--accent", color);
  style.setProperty("--on-accent", textColorOn(color));
}

/**
 * What is said between this page and the one around it. Only words that hold nothing of the conversation are sent, so
 * any site may hear them.
 *
 * @param {Window} page
 * @param {() => void} focus
 */
export function talkToParent(page, focus) {
  /** @param {string} type */
  const tell = (type) => {
    if (page.parent !== page) page.parent.postMessage({ type }, "*");
  };
  page.addEventListener("message", (event) => {
    if (event.source === page.parent && event.data?.type === "twitchwise:focus") focus();
  });
  return { ready: () => tell("twitchwise:ready"), close: () => tell("twitchwise:close") };
}
