import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.js";
import { longDate, renderMessage, renderQuestion } from "../src/widget/render.js";
import { makeTurnView } from "../src/widget/turn-view.js";

/** @typedef {import("../src/widget/types.js").Message} Message */

/** @returns {any} a message of the kind, and what else is given */
const message = (/** @type {string} */ kind, /** @type {object} */ more = {}) => ({
  kind,
  text: "A text.",
  buttons: [],
  answer: null,
  ...more,
});
const answer = {
  answer_id: "magnesium.foods",
  text: "Nuts hold the most. Most people get enough of it.",
  bullets: ["Almonds", "Beans"],
  reviewed: "2026-11-01",
  confidence: "high",
  sources: [{ title: "Magnesium", publisher: "NIH", url: "https://ods.example/mg" }],
};
const ignore = () => {};

/**
 * @param {Element} element
 * @param {string} selector
 */
const texts = (element, selector) =>
  [...element.querySelectorAll(selector)].map((found) => found.textContent);

const MARKUP = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
  "</p></div><iframe src=https://evil.example></iframe>",
  "<a href=javascript:alert(1)>x</a>",
  "<form action=https://evil.example><button>x</button></form>",
  '"><b onmouseover=alert(1)>x</b>',
  "' onclick='alert(1)",
  "<style>*{display:none}</style>",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<meta http-equiv=refresh content=0>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<template><img src=x onerror=alert(1)></template>",
  "<textarea></textarea><img src=x onerror=alert(1)>",
  "&lt;img src=x onerror=alert(1)&gt;",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "**bold** ![x](https://evil.example/x.png) [x](javascript:alert(1))",
];
const ADDRESSES = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://evil.example/1",
  "//evil.example",
  "/chat",
  "https:",
  'https://evil.example/" onclick="alert(1)',
  "https://evil.example/<img>",
];
const HOSTILE = [
  ...MARKUP,
  ...ADDRESSES,
  ...MARKUP.map((text) => `A sentence that is long enough. Then ${text}`),
  ...MARKUP.map((text) => text.toUpperCase()),
  ...MARKUP.map((text) => `${text}\n\n${text}`),
  "\u202Egnp.exe",
  "\0<b>\0</b>",
  "<".repeat(5000),
  "&".repeat(5000),
  "__proto__",
  "<<b>script>alert(1)<</b>/script>",
];

const OURS = ["div", "span", "p", "h3", "ul", "li", "a", "button", "svg", "path"];
const ATTRIBUTES = ["class", "dir", "href", "target", "rel", "type", "viewBox", "aria-hidden", "d"];

/** @param {Element} root */
function assertHarmless(root) {
  for (const element of [root, ...root.querySelectorAll("*")]) {
    assert.ok(OURS.includes(element.localName), `<${element.localName}>`);
    for (const { name } of element.attributes) assert.ok(ATTRIBUTES.includes(name), name);
    if (element.localName !== "a") continue;
    assert.match(element.getAttribute("href") ?? "", /^(https?:\/\/|tel:)/);
    if (element.getAttribute("href")?.startsWith("http")) {
      assert.equal(element.getAttribute("target"), "_blank");
      assert.equal(element.getAttribute("rel"), "noopener noreferrer");
    }
  }
}

test(`${HOSTILE.length} hostile texts are shown as they are, and make nothing of their own`, () => {
  assert.ok(HOSTILE.length >= 100);
  for (const text of HOSTILE) {
    const hostile = {
      text,
      buttons: [
        { title: text, payload: text, url: null },
        { title: text, payload: null, url: text },
      ],
      answer: {
        answer_id: text,
        text,
        bullets: [text],
        reviewed: text,
        confidence: text,
        sources: [{ title: text, publisher: text, url: text }],
      },
    };
    for (const kind of ["answer", "emergency", "disclaimer"])
      assertHarmless(renderMessage(message(kind, hostile), ignore));
    const plain = renderMessage(message("text", { text }), ignore);
    assertHarmless(plain);
    assertHarmless(renderQuestion(text));
    // Lines become paragraphs; else not a letter is lost.
    const shown = text.split(/\s*\n\s*/).filter(Boolean);
    assert.deepEqual(texts(plain, "p"), shown);
    assert.deepEqual(texts(renderQuestion(text), "p"), shown);
  }
});

test("an answer has a lead, bullets and a card of its sources", () => {
  const shown = renderMessage(message("answer", { answer }), ignore);
  assert.deepEqual(texts(shown, ".lead"), ["Nuts hold the most."]);
  assert.deepEqual(texts(shown, ".part > p"), [
    "Nuts hold the most.",
    "Most people get enough of it.",
  ]);
  assert.deepEqual(texts(shown, ".part > ul > li"), ["Almonds", "Beans"]);
  assert.deepEqual(texts(shown, ".source"), ["Magnesium – NIH"]);
  assert.deepEqual(texts(shown, ".checked"), ["Checked on 1 November 2026"]);
  const link = shown.querySelector(".source a");
  assert.equal(link?.getAttribute("href"), "https://ods.example/mg");
  assert.equal(link?.getAttribute("rel"), "noopener noreferrer");
});

test("a source without an address that may be opened is a text", () => {
  const sources = [{ title: "Book", publisher: "", url: "" }];
  const shown = renderMessage(message("answer", { answer: { ...answer, sources } }), ignore);
  assert.deepEqual(texts(shown, ".source"), ["Book"]);
  assert.equal(shown.querySelector("a"), null);
});

test("one sentence alone is no lead", () => {
  const single = { ...answer, text: "Nuts hold the most of it." };
  const shown = renderMessage(message("answer", { answer: single }), ignore);
  assert.equal(shown.querySelector(".lead"), null);
  assert.deepEqual(texts(shown, ".part > p"), ["Nuts hold the most of it."]);
});

test("a number with a point does not end a sentence", () => {
  const decimal = {
    ...answer,
    text: "About 2.5 grams of it are usual e.g. in nuts. More follows.",
  };
  const shown = renderMessage(message("answer", { answer: decimal }), ignore);
  assert.deepEqual(texts(shown, ".lead"), ["About 2.5 grams of it are usual e.g. in nuts."]);
});

for (const [kind, word] of Object.entries({
  emergency: "Emergency",
  escalation: "See a doctor",
  conditional: "When to see a doctor",
  advice: "When to see a doctor",
  reminder: "Good to know",
})) {
  test(`${kind} is set apart by the words “${word}” and an icon`, () => {
    const shown = renderMessage(message(kind, { text: "One.\nTwo." }), ignore);
    assert.deepEqual(texts(shown, "h3"), [word]);
    assert.equal(shown.querySelector("svg")?.getAttribute("aria-hidden"), "true");
    assert.deepEqual(texts(shown, "p"), ["One.", "Two."]);
    assert.equal(shown.className, `card ${kind}`);
  });
}

test("answers and texts are not set apart", () => {
  for (const kind of ["answer", "text"])
    assert.equal(renderMessage(message(kind), ignore).querySelector("h3, svg"), null);
});

test("a button sends its payload under its title; an address is a link", () => {
  /** @type {unknown[]} */
  const chosen = [];
  const buttons = [
    { title: "Which foods?", payload: "q:mg.foods", url: null },
    { title: "Call 112", payload: null, url: "tel:112" },
  ];
  const shown = renderMessage(message("text", { buttons }), (button) => chosen.push(button));
  shown.querySelector("button")?.click();
  assert.deepEqual(chosen, [{ payload: "q:mg.foods", title: "Which foods?" }]);
  const link = shown.querySelector("a");
  assert.equal(link?.getAttribute("href"), "tel:112");
  assert.equal(link?.hasAttribute("target"), false);
});

test("a date that is none stays as it was given", () => {
  assert.equal(longDate("2026-02-01"), "1 February 2026");
  assert.equal(longDate("soon"), "soon");
});

test("several answers get headings when the turn is complete; one alone gets none", () => {
  const view = makeTurnView(ignore);
  view.add(message("answer", { answer }));
  view.add(message("answer", { answer }));
  view.add(message("disclaimer", { text: "No advice." }));
  const end = document.createElement("footer");
  view.close(end);
  assert.deepEqual(texts(view.element, "h3"), ["Answer 1 of 2", "Answer 2 of 2"]);
  assert.equal(end.nextElementSibling?.textContent, "No advice.");

  const single = makeTurnView(ignore);
  single.add(message("answer", { answer }));
  single.close(end);
  assert.deepEqual(texts(single.element, "h3"), []);
  assert.equal(single.element.lastElementChild, end);
});
