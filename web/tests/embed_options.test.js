import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { closest, directionOf, LABELS, labelsIn } from "../src/embed/labels.js";
import { hexColor, inkOn, readOptions } from "../src/embed/options.js";

/** @type {string[]} */
let warnings = [];
beforeEach(() => {
  warnings = [];
  mock.method(console, "warn", (/** @type {unknown[]} */ ...words) =>
    warnings.push(words.join(" ")),
  );
});
afterEach(() => mock.restoreAll());

/**
 * @param {Record<string, string>} attributes
 * @param {string} [pageLanguage]
 */
const read = (attributes, pageLanguage = "") =>
  readOptions(attributes, "https://bot.example", pageLanguage);

test("nothing chosen", () => {
  assert.deepEqual(read({}), {
    origin: "https://bot.example",
    color: "",
    side: "",
    title: "",
    greeting: "",
    language: "en",
    open: false,
  });
  assert.deepEqual(warnings, []);
});

test("all chosen", () => {
  const chosen = {
    color: " #0B6E4F ",
    side: "left",
    title: " Ask ",
    greeting: "Hi",
    language: "fr",
    open: "true",
  };
  assert.deepEqual(read(chosen, "de"), {
    origin: "https://bot.example",
    color: "#0b6e4f",
    side: "left",
    title: "Ask",
    greeting: "Hi",
    language: "fr",
    open: true,
  });
  assert.deepEqual(warnings, []);
});

test("what cannot be used is named once, with its mend, and left at the default", () => {
  const wrong = { color: "green", side: "top", language: "tlh", open: "yes" };
  const { color, side, language, open } = read(wrong, "nl-BE");
  assert.deepEqual([color, side, language, open], ["", "", "nl", false]);
  assert.deepEqual(warnings, [
    '[twitchwise] data-color="green" is ignored; write a color such as #06c or #0b6e4f',
    '[twitchwise] data-side="top" is ignored; write left or right',
    '[twitchwise] data-language="tlh" is ignored; write a code such as en or de',
    '[twitchwise] data-open="yes" is ignored; write true or false',
  ]);
});

test("a page in a language without labels gets English, and no warning", () => {
  assert.equal(read({}, "tlh").language, "en");
  assert.deepEqual(warnings, []);
});

test("colors", () => {
  assert.equal(hexColor("#abc"), "#aabbcc");
  assert.equal(hexColor("#A1B2C3"), "#a1b2c3");
  for (const wrong of [
    "",
    "abc",
    "#ab",
    "#abcd",
    "#ggg",
    "#12345",
    "#1234567",
    "red;}",
    "#abc\n",
    "url(x)",
  ]) {
    assert.equal(hexColor(wrong), "", wrong);
  }
});

/** @param {string} color */
function luminance(color) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("the icon can be seen on any color", () => {
  for (let red = 0; red < 256; red += 15) {
    for (let green = 0; green < 256; green += 15) {
      for (let blue = 0; blue < 256; blue += 15) {
        const color = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
        const under = luminance(color) + 0.05;
        const contrast = inkOn(color) === "#fff" ? 1.05 / under : under / 0.05;
        assert.ok(contrast > 4.5, `${color}: ${contrast}`);
      }
    }
  }
});

test("labels are complete in all languages, and say that the chat is English", () => {
  const codes = Object.keys(LABELS);
  for (const code of [
    "en",
    "de",
    "nl",
    "fr",
    "es",
    "it",
    "pt",
    "pl",
    "tr",
    "ar",
    "he",
    "fa",
    "ur",
  ]) {
    assert.ok(codes.includes(code), code);
  }
  for (const code of codes) {
    const labels = labelsIn(code);
    assert.equal(labels.length, 5, code);
    assert.equal(new Set(labels).size, 5, code);
    for (const label of labels)
      assert.ok(label.trim() === label && label.length > 2, `${code}: ${label}`);
    if (code !== "en") assert.match(labels[0], /\(.+\)$/, code);
    assert.equal(directionOf(code), ["ar", "he", "fa", "ur"].includes(code) ? "rtl" : "ltr");
  }
});

test("the closest language", () => {
  assert.equal(closest("de-CH"), "de");
  assert.equal(closest("pt_BR"), "pt");
  assert.equal(closest("EN"), "en");
  for (const unknown of ["", "tlh", "constructor", "__proto__", "-"])
    assert.equal(closest(unknown), "");
});
