import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { BOT, bundle, makePage } from "./embed_page.js";

const ready = { type: "twitchwise:ready" };

test("the script is small", () => {
  const size = gzipSync(bundle, { level: 9 }).length;
  assert.ok(size < 5000, `${size} bytes`);
});

test("the button is there, named, and nothing is loaded", async () => {
  const page = await makePage();
  assert.equal(page.hosts.length, 1);
  assert.equal(page.launcher.getAttribute("aria-label"), "Open chat");
  assert.equal(page.launcher.getAttribute("aria-expanded"), "false");
  const panel = page.find(`#${page.launcher.getAttribute("aria-controls")}`);
  assert.ok(panel.classList.contains("panel"));
  assert.equal(page.region.getAttribute("aria-label"), "Twitchwise chat");
  assert.equal(page.frame, null);
  assert.equal(page.document.cookie, "");
  assert.deepEqual([page.warnings, page.errors], [[], []]);
});

test("the first press loads the frame, the next ones do not", async () => {
  const page = await makePage({
    attributes: { "data-title": "Ask us & more", "data-color": "#06C" },
  });
  page.launcher.click();
  const frame = page.frame;
  assert.ok(frame && page.isOpen);
  const [address, told] = frame.src.split("#");
  assert.equal(address, `${BOT}/chat`);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(told)), {
    embed: "",
    lang: "en",
    title: "Ask us & more",
    color: "#0066cc",
  });
  assert.equal(frame.title, "Ask us & more");
  assert.equal(frame.getAttribute("referrerpolicy"), "no-referrer");
  assert.equal(frame.getAttribute("allow"), "clipboard-write");
  assert.equal(page.launcher.getAttribute("aria-label"), "Close");
  page.launcher.click();
  assert.equal(page.isOpen, false);
  page.launcher.click();
  assert.equal(page.frame, frame);
  assert.equal(page.window.sessionStorage.length, 0);
});

test("only the server's origin is taken from the script's address", async () => {
  const page = await makePage({ src: "https://user:secret@bot.example:8443/a/embed.js?x=1#y" });
  page.launcher.click();
  assert.equal(page.frame?.src.split("#")[0], "https://bot.example:8443/chat");
});

test("loaded twice, there is one button", async () => {
  const page = await makePage();
  page.run();
  assert.equal(page.hosts.length, 1);
  const early = await makePage({ early: true });
  early.run();
  await early.read();
  assert.equal(early.hosts.length, 1);
});

test("loaded before there is a body, it waits", async () => {
  const page = await makePage({ early: true });
  assert.equal(page.hostsAtFirst, 0);
  await page.read();
  assert.equal(page.hosts.length, 1);
});

test("without a body, a server or storage nothing is thrown", async () => {
  const bodiless = await makePage({ before: ({ document }) => document.body.remove() });
  assert.equal(bodiless.hosts.length, 0);
  assert.equal(bodiless.warnings.length, 1);

  const nowhere = await makePage({ src: "data:text/javascript,1" });
  assert.equal(nowhere.hosts.length, 0);
  assert.match(nowhere.warnings[0] ?? "", /load the script from its server/);

  const forgetful = await makePage({
    attributes: { "data-greeting": "Hello" },
    before: (window) => {
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new Error("denied");
        },
      });
    },
  });
  forgetful.find(".greeting .cross").click();
  assert.equal(forgetful.root.querySelector(".greeting"), null);
  for (const { errors } of [bodiless, nowhere, forgetful]) assert.deepEqual(errors, []);
});

test("an element of the site that is called twitchwise does no harm", async () => {
  const page = await makePage({ html: "<body><p id='twitchwise'></p></body>" });
  assert.equal(page.hosts.length, 1);
  page.api.open();
  assert.ok(page.isOpen);
});

test("the focus goes to the frame once the chat is ready, and can leave until then", async () => {
  const page = await makePage();
  page.launcher.focus();
  page.launcher.click();
  const sent = page.listen();
  assert.equal(page.root.activeElement, page.find(".status .cross"));
  assert.deepEqual(sent, []);
  page.hear(ready);
  assert.equal(page.root.activeElement, page.frame);
  assert.deepEqual(sent, [[{ type: "twitchwise:focus" }, BOT]]);
  page.hear({ type: "twitchwise:close" });
  assert.equal(page.isOpen, false);
  assert.equal(page.root.activeElement, page.launcher);
  page.launcher.click();
  assert.equal(sent.length, 2);
});

test("who has gone elsewhere meanwhile keeps the focus", async () => {
  const page = await makePage();
  page.launcher.click();
  const sent = page.listen();
  const own = /** @type {HTMLElement} */ (page.document.querySelector("#own"));
  own.focus();
  page.hear(ready);
  assert.deepEqual(sent, []);
  assert.equal(page.document.activeElement, own);
  page.api.close();
  assert.equal(page.document.activeElement, own);
});

test("messages from others are not heard", async () => {
  const page = await makePage();
  page.hear({ type: "twitchwise:ready" }, { source: page.window });
  page.launcher.click();
  page.hear(ready, { origin: "https://evil.example" });
  page.hear(ready, { source: page.window });
  page.hear(ready, { source: null });
  assert.equal(page.region.dataset.state, "loading");
  page.hear({ type: "twitchwise:close" }, { origin: "https://evil.example" });
  page.hear({ type: "twitchwise:close" }, { source: page.window });
  assert.ok(page.isOpen);
  for (const strange of [null, undefined, 1, "twitchwise:close", [], { type: { a: 1 } }, {}])
    page.hear(strange);
  assert.ok(page.isOpen);
  assert.deepEqual([page.warnings, page.errors], [[], []]);
});

test("Escape on the page closes, unless it meant something else", async () => {
  const page = await makePage();
  page.press("Escape");
  page.launcher.click();
  page.press("a");
  assert.ok(page.isOpen);
  const own = /** @type {HTMLElement} */ (page.document.querySelector("#own"));
  own.addEventListener("keydown", (event) => event.preventDefault(), { once: true });
  page.press("Escape", own);
  assert.ok(page.isOpen);
  page.press("Escape");
  assert.equal(page.isOpen, false);
  assert.equal(page.root.activeElement, page.launcher);
});

test("a chat that does not come is said after ten seconds, and can be tried again", async () => {
  const page = await makePage();
  page.launcher.click();
  const first = page.frame;
  page.pass(9_999);
  assert.equal(page.region.dataset.state, "loading");
  page.pass(1);
  assert.equal(page.region.dataset.state, "failed");
  assert.equal(page.find("[role=status]").textContent, "The chat cannot be reached right now.");
  const tab = page.find("a");
  assert.equal(tab.getAttribute("href"), `${BOT}/chat`);
  assert.equal(tab.getAttribute("target"), "_blank");
  assert.equal(tab.getAttribute("rel"), "noopener");
  assert.equal(page.root.activeElement, page.find(".retry"));

  page.find(".retry").click();
  assert.notEqual(page.frame, first);
  assert.equal(page.root.querySelectorAll("iframe").length, 1);
  assert.equal(page.region.dataset.state, "loading");
  page.pass(10_000);
  assert.equal(page.region.dataset.state, "failed");
  page.hear(ready);
  assert.equal(page.region.dataset.state, "ready");
});

test("a chat that came in time stays", async () => {
  const page = await makePage();
  page.launcher.click();
  page.pass(5_000);
  page.hear(ready);
  page.pass(60_000);
  assert.equal(page.region.dataset.state, "ready");
});

test("opened again after a failure, it is tried again", async () => {
  const page = await makePage();
  page.launcher.click();
  page.pass(10_000);
  page.find(".status .cross").click();
  assert.equal(page.isOpen, false);
  page.launcher.click();
  assert.equal(page.region.dataset.state, "loading");
});

test("the greeting opens the chat, or is dismissed for the session", async () => {
  const attributes = { "data-greeting": "<b>Twitching?</b>" };
  const page = await makePage({ attributes });
  assert.equal(page.find(".greeting").textContent, "<b>Twitching?</b>");
  assert.equal(page.find(".greeting .cross").getAttribute("aria-label"), "Close");
  page.find(".greeting .cross").click();
  assert.equal(page.root.querySelector(".greeting"), null);
  assert.equal(page.root.activeElement, page.launcher);
  assert.equal(page.isOpen, false);
  const { sessionStorage } = page.window;
  assert.equal(sessionStorage.length, 1);

  const key = sessionStorage.key(0) ?? "";
  const before = (/** @type {import("./embed_page.js").Page} */ window) =>
    window.sessionStorage.setItem(key, "1");
  const again = await makePage({ attributes, before });
  assert.equal(again.root.querySelector(".greeting"), null);

  const other = await makePage({ attributes });
  other.find(".greeting .text").click();
  assert.ok(other.isOpen);
  assert.equal(other.root.querySelector(".greeting"), null);
});

test("Tab does not leave a chat that covers the page", async () => {
  const page = await makePage();
  page.launcher.click();
  page.find(".edge").focus();
  assert.equal(page.root.activeElement, page.find(".status .cross"));
  page.hear(ready);
  page.find(".edge").focus();
  assert.equal(page.root.activeElement, page.frame);
});

test("data-open opens at once and leaves the focus alone", async () => {
  const page = await makePage({ attributes: { "data-open": "true" } });
  assert.ok(page.isOpen && page.frame);
  assert.equal(page.document.activeElement, page.document.body);
});

test("sites can open and close it", async () => {
  const { api, ...page } = await makePage().then((made) => ({ api: made.api, made }));
  assert.deepEqual(Object.keys(api), ["open", "close", "toggle"]);
  api.close();
  api.open();
  api.open();
  assert.ok(page.made.isOpen);
  api.toggle();
  assert.equal(page.made.isOpen, false);
  api.toggle();
  assert.ok(page.made.isOpen);
});

test("the styles are a sheet of our own where browsers have them", async () => {
  /** @type {string[]} */
  const sheets = [];
  const page = await makePage({
    before: (window) => {
      Object.assign(window, {
        CSSStyleSheet: class {
          /** @param {string} text */
          replaceSync(text) {
            sheets.push(text);
          }
        },
      });
    },
  });
  assert.equal(sheets.length, 1);
  assert.equal(page.root.querySelector("style"), null);
  const older = await makePage({
    before: (window) => Reflect.deleteProperty(window, "CSSStyleSheet"),
  });
  assert.equal(older.root.querySelector("style")?.textContent, sheets[0]);
});

test("what was chosen is seen", async () => {
  const page = await makePage({
    attributes: { "data-color": "#fd0", "data-side": "left", "data-language": "de-CH" },
  });
  assert.equal(page.region.style.getPropertyValue("--brand"), "#ffdd00");
  assert.equal(page.region.style.getPropertyValue("--ink"), "#000");
  assert.ok(page.region.classList.contains("left"));
  assert.equal(page.launcher.getAttribute("aria-label"), "Chat öffnen (auf Englisch)");
  assert.equal(page.region.lang, "de");
});

test("a page in Hebrew gets the button in Hebrew, on its other side", async () => {
  const page = await makePage({
    html: "<html lang='he-IL' dir='rtl'><body dir='rtl'></body></html>",
  });
  assert.equal(page.region.dir, "rtl");
  assert.equal(page.region.lang, "he");
  assert.ok(page.region.classList.contains("left"));
});
