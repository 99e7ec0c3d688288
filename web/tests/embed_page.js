// A page that has loaded the embed script, for the tests of it.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// It comes without types.
const { JSDOM, VirtualConsole } = createRequire(import.meta.url)("jsdom");

/** @typedef {Window & typeof globalThis & { twitchwise: Chat }} Page */

export const BOT = "https://bot.example";
const sources = join(dirname(fileURLToPath(import.meta.url)), "../src");

const built = await build({
  entryPoints: [join(sources, "embed/embed.js")],
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  loader: { ".css": "text" },
  write: false,
});
/** The script as sites get it. */
export const bundle = /** @type {{ text: string }} */ (built.outputFiles[0]).text;

/** @typedef {{ open(): void, close(): void, toggle(): void }} Chat */

/**
 * @param {object} [given]
 * @param {Record<string, string>} [given.attributes] of the script element
 * @param {string} [given.html] the site's page
 * @param {string} [given.src]
 * @param {boolean} [given.early] while the page is still being read
 * @param {(window: Page) => void} [given.before] what the site has done already
 */
export async function makePage({
  attributes = {},
  html = "<!doctype html><html lang='en'><body><button id='own'>Site</button></body></html>",
  src = `${BOT}/chat/embed.js`,
  early = false,
  before = () => {},
} = {}) {
  /** @type {string[]} */
  const warnings = [];
  /** @type {unknown[]} */
  const errors = [];
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("warn", (/** @type {unknown[]} */ ...words) => warnings.push(words.join(" ")));
  virtualConsole.on("jsdomError", (/** @type {Error} */ error) => {
    // jsdom loads no frames; that is not the script's fault.
    if (!/not implemented/i.test(error.message)) errors.push(error);
  });
  const dom = new JSDOM(html, {
    url: "https://site.example/page",
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole,
  });
  const window = /** @type {Page} */ (dom.window);
  const { document } = window;

  // jsdom makes no windows for frames in a shadow tree.
  /** @type {WeakMap<object, object>} */
  const views = new WeakMap();
  Object.defineProperty(window.HTMLIFrameElement.prototype, "contentWindow", {
    get() {
      if (!views.has(this)) views.set(this, { postMessage() {} });
      return views.get(this);
    },
  });

  /**
   * The page's waits: `pass` lets time go by.
   *
   * @type {{ id: number, at: number, act: () => void }[]}
   */
  let waits = [];
  let now = 0;
  let count = 0;
  Object.assign(window, {
    setTimeout(
      /** @type {Function} */ act,
      /** @type {number} */ delay,
      /** @type {unknown[]} */ ...given
    ) {
      count += 1;
      waits.push({ id: count, at: now + delay, act: () => act(...given) });
      return count;
    },
    clearTimeout(/** @type {number} */ id) {
      waits = waits.filter((wait) => wait.id !== id);
    },
  });

  const page = {
    window,
    document,
    warnings,
    errors,
    hostsAtFirst: 0,

    /** Run the script once more, as a second script element would. */
    run() {
      const script = document.createElement("script");
      for (const [name, value] of Object.entries({ src, ...attributes }))
        script.setAttribute(name, value);
      Object.defineProperty(document, "currentScript", { value: script, configurable: true });
      window.eval(bundle);
      Object.defineProperty(document, "currentScript", { value: null, configurable: true });
    },

    /** Until the page has been read to its end. */
    async read() {
      while (document.readyState === "loading") await new Promise(setImmediate);
    },

    /** @param {number} milliseconds */
    pass(milliseconds) {
      now += milliseconds;
      const due = waits.filter(({ at }) => at <= now);
      waits = waits.filter(({ at }) => at > now);
      for (const { act } of due) act();
    },

    /** @returns {NodeListOf<Element>} */
    get hosts() {
      return document.querySelectorAll("twitchwise-chat");
    },
    /** @returns {ShadowRoot} */
    get root() {
      return /** @type {ShadowRoot} */ (page.hosts[0]?.shadowRoot);
    },
    /**
     * @param {string} selector
     * @returns {HTMLElement}
     */
    find(selector) {
      const found = page.root.querySelector(selector);
      if (!found) throw new Error(`there is no ${selector}`);
      return /** @type {HTMLElement} */ (found);
    },
    /** @returns {HTMLElement} */
    get launcher() {
      return page.find(".launcher");
    },
    /** @returns {HTMLElement} */
    get region() {
      return page.find("section");
    },
    /** @returns {HTMLIFrameElement | null} */
    get frame() {
      return /** @type {HTMLIFrameElement | null} */ (page.root.querySelector("iframe"));
    },
    /** @returns {boolean} */
    get isOpen() {
      return page.launcher.getAttribute("aria-expanded") === "true";
    },
    get api() {
      return window.twitchwise;
    },

    /**
     * What the frame says, or what somebody else pretends that it says.
     *
     * @param {unknown} data
     * @param {{ origin?: string, source?: unknown }} [by]
     */
    hear(data, by) {
      const { origin, source } = { origin: BOT, source: page.frame?.contentWindow, ...by };
      window.dispatchEvent(Object.assign(new window.Event("message"), { data, origin, source }));
    },

    /** Collects what is sent to the frame. */
    listen() {
      /** @type {unknown[][]} */
      const sent = [];
      const view = /** @type {Window} */ (page.frame?.contentWindow);
      Object.defineProperty(view, "postMessage", {
        value: (/** @type {unknown[]} */ ...words) => sent.push(JSON.parse(JSON.stringify(words))),
      });
      return sent;
    },

    /**
     * @param {string} key
     * @param {EventTarget} at
     */
    press(key, at = document.body) {
      const event = new window.KeyboardEvent("keydown", {
        key,
        bubbles: true,
        composed: true,
        cancelable: true,
      });
      at.dispatchEvent(event);
    },
  };
  if (!early) await page.read();
  before(window);
  page.run();
  page.hostsAtFirst = page.hosts.length;
  return page;
}
