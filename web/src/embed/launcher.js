import { makeFrame } from "./frame.js";
import { directionOf, labelsIn } from "./labels.js";
import { inkOn } from "./options.js";
import { guarded } from "./warnings.js";

/** @typedef {{ open(): void, close(): void, toggle(): void }} Chat What sites may call: `twitchwise.open()`. */

const BUBBLE = "M5 4h14q2 0 2 2v9q0 2-2 2h-7l-5 4v-4H5q-2 0-2-2V6q0-2 2-2z";
const CROSS = "M6 6l12 12M18 6L6 18";
const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? "");
  element.append(...children);
  return element;
}

/**
 * @param {string} name
 * @param {() => void} click
 * @param {(Node | string)[]} children
 */
function makeButton(name, click, ...children) {
  const button = make("button", { class: name, type: "button" }, ...children);
  button.addEventListener("click", guarded(click));
  return button;
}

/** @param {string} line */
function icon(line) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", line);
  svg.append(path);
  return svg;
}

/**
 * The styles are shipped as they are written, so what is to be said about them is said here: a button gets only what our
 * parts need, not a whole reset; and the light and the dark ring round the launcher are there because one of them stands
 * out on any page.
 *
 * @param {ShadowRoot} root
 * @param {string} styles
 */
function addStyles(root, styles) {
  try {
    // A sheet made by script is allowed where the site's policy forbids <style>.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers from before 2023.
    root.append(make("style", {}, styles));
  }
}

/**
 * Whether the greeting was dismissed in this tab. Where the browser keeps nothing for us, the greeting comes again.
 *
 * @param {boolean} [now]
 */
function dismissed(now) {
  const key = "twitchwise.dismissed";
  try {
    if (now) sessionStorage.setItem(key, "1");
    return sessionStorage.getItem(key);
  } catch {}
}

/**
 * Put the launcher on the page: the button, the greeting beside it, and the panel that the chat opens in.
 *
 * @param {import("./options.js").Options} options
 * @param {string} styles
 * @returns {Chat}
 */
export function makeLauncher(options, styles) {
  const [openLabel, closeLabel, failedLabel, tabLabel, retryLabel] = labelsIn(options.language);
  const title = options.title || "Twitchwise chat";
  const host = document.createElement("twitchwise-chat");
  // The site's styles end here, also those that it calls important.
  host.style.cssText =
    "all:initial!important;position:fixed!important;z-index:2147483647!important";
  const root = host.attachShadow({ mode: "open" });
  addStyles(root, styles);

  const launcher = makeButton("launcher", toggle);
  launcher.setAttribute("aria-controls", "panel");

  /** @param {() => void} click */
  function makeCross(click) {
    const cross = makeButton("cross", click, icon(CROSS));
    cross.setAttribute("aria-label", closeLabel);
    return cross;
  }

  const greeting = make(
    "div",
    { class: "box greeting" },
    makeButton("text", open, make("span", { dir: "auto" }, options.greeting)),
    makeCross(() => {
      dismiss();
      launcher.focus();
    }),
  );

  function dismiss() {
    if (greeting.isConnected) dismissed(true);
    greeting.remove();
  }

  const leave = makeCross(close);
  const said = make("p", { role: "status" });
  const retry = makeButton("retry", () => frame.load(), retryLabel);
  const tab = make(
    "a",
    { href: `${options.origin}/chat`, target: "_blank", rel: "noopener" },
    tabLabel,
  );
  const hole = make("div", { class: "hole" });
  const panel = make(
    "div",
    { class: "box panel", id: "panel" },
    makeEdge(),
    make("div", { class: "status" }, leave, said, retry, tab),
    hole,
    makeEdge(),
  );
  const corner = make("div", { class: "corner" }, launcher);
  if (options.greeting && !dismissed()) corner.prepend(greeting);
  const region = make(
    "section",
    { "aria-label": title, lang: options.language, dir: directionOf(options.language) },
    corner,
    panel,
  );
  if (options.color) {
    region.style.setProperty("--brand", options.color);
    region.style.setProperty("--ink", inkOn(options.color));
  }
  root.append(region);

  let isOpen = false;
  const hasFocus = () => document.activeElement === host;
  const frame = makeFrame(hole, options, title, {
    changed(state) {
      region.dataset.state = state;
      said.textContent = state === "failed" ? failedLabel : "…";
      if (isOpen && hasFocus()) focus();
    },
    close,
  });

  function focus() {
    const state = frame.state();
    if (state === "failed") retry.focus();
    else if (state === "ready") frame.focus();
    else leave.focus();
  }

  /** Where the chat covers the whole page, Tab comes back into it instead of going to what it covers. */
  function makeEdge() {
    const edge = make("div", { class: "edge", tabindex: "0" });
    edge.addEventListener(
      "focus",
      guarded(() => {
        if (frame.state() === "ready") frame.focus();
        else leave.focus();
      }),
    );
    return edge;
  }

  function reflect() {
    region.classList.toggle("open", isOpen);
    launcher.setAttribute("aria-expanded", String(isOpen));
    launcher.setAttribute("aria-label", isOpen ? closeLabel : openLabel);
    launcher.replaceChildren(icon(isOpen ? CROSS : BUBBLE));
  }

  /** Open the panel and leave the focus where it is. */
  function show() {
    isOpen = true;
    dismiss();
    reflect();
    if (frame.state() !== "loading" && frame.state() !== "ready") frame.load();
  }

  function open() {
    show();
    focus();
  }

  function close() {
    if (!isOpen) return;
    // What the visitor is doing elsewhere on the page is not interrupted.
    const returns = hasFocus() || document.activeElement === document.body;
    isOpen = false;
    reflect();
    if (returns) launcher.focus();
  }

  function toggle() {
    if (isOpen) close();
    else open();
  }

  document.addEventListener(
    "keydown",
    guarded((event) => {
      if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) close();
    }),
  );

  reflect();
  const rightToLeft = getComputedStyle(document.body).direction === "rtl";
  // Not in the body: a transform or filter on it would take the corner away from the window.
  document.documentElement.append(host);
  region.classList.add(options.side || (rightToLeft ? "left" : "right"));
  if (options.open) show();
  return { open: guarded(open), close: guarded(close), toggle: guarded(toggle) };
}
