import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.js";
import { asJson, asText } from "../src/widget/export.js";

const ABOUT = { name: "Twitchwise", version: "1.2.3", disclaimer: "General information." };
const NOW = new Date("2026-11-28T20:00:00Z");
const ANSWER = {
  answer_id: "magnesium.foods",
  text: "Nuts hold the most.",
  bullets: ["Almonds", "Beans"],
  reviewed: "2026-11-01",
  confidence: "high",
  sources: [{ title: "Magnesium", publisher: "NIH", url: "https://ods.example/mg" }],
};
/** @type {any[]} */
const TURNS = [
  {
    id: "message-1",
    at: "2026-11-28T18:50:00Z",
    message: "Which foods?",
    outcome: "escalate",
    rating: "up",
    messages: [
      { kind: "emergency", text: "Call 112 now.", buttons: [], answer: null },
      { kind: "answer", text: "flat", buttons: [], answer: ANSWER },
      { kind: "disclaimer", text: "Not medical advice.", buttons: [], answer: null },
    ],
  },
  {
    id: "message-2",
    at: "2026-11-28T18:51:00Z",
    message: "hello",
    messages: [{ kind: "text", text: "Hi.", buttons: [], answer: null }],
  },
];

test("as text: who said what, with sources and a disclaimer for each turn", () => {
  const text = asText(TURNS, ABOUT, NOW);
  const parts = [
    "Conversation with Twitchwise",
    "You: Which foods?",
    "Twitchwise: EMERGENCY: Call 112 now.",
    "Twitchwise: Nuts hold the most.\n- Almonds\n- Beans\nSources (checked on 1 November 2026):\n- Magnesium, NIH, https://ods.example/mg",
    "Not medical advice.",
    "You: hello",
    "Twitchwise: Hi.",
    // The turn has none of its own.
    "General information.",
  ];
  let at = -1;
  for (const part of parts) {
    const next = text.indexOf(part, at + 1);
    assert.ok(next > at, `“${part}” is missing or in the wrong place`);
    at = next;
  }
});

test("as JSON: all of it, without the ids by which it could be found on the server", () => {
  const text = asJson(TURNS, ABOUT, NOW);
  const told = JSON.parse(text);
  assert.equal(told.assistant, "Twitchwise");
  assert.equal(told.version, "1.2.3");
  assert.equal(told.saved, "2026-11-28T20:00:00.000Z");
  assert.equal(told.disclaimer, "General information.");
  assert.equal(told.turns.length, 2);
  assert.equal(told.turns[0].message, "Which foods?");
  assert.equal(told.turns[0].rating, "up");
  assert.equal(told.turns[1].rating, null);
  assert.deepEqual(told.turns[0].replies[1].answer, ANSWER);
  assert.equal(told.turns[0].replies[2].text, "Not medical advice.");
  assert.ok(!text.includes("message-1"));
});

test("an empty conversation can be saved, too", () => {
  assert.match(asText([], ABOUT, NOW), /^Conversation with Twitchwise\n/);
  assert.deepEqual(JSON.parse(asJson([], ABOUT, NOW)).turns, []);
});
