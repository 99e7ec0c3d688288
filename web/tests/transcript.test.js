import assert from "node:assert/strict";
import { test } from "node:test";
import { canBeRated, disclaimerOf, mergeTurns, turnsToAdd } from "../src/widget/transcript.js";

/**
 * @param {string} id
 * @param {...string} kinds
 * @returns {any}
 */
const turn = (id, ...kinds) => ({
  id,
  messages: kinds.map((kind) => ({ kind, text: `${kind} text` })),
});
/** @param {{ id: string }[] | null} turns */
const ids = (turns) => turns?.map(({ id }) => id).join("");
const [a, b, c] = ["a", "b", "c"].map((id) => turn(id));

test("each turn is there once, in the server's order; what it does not hold comes last", () => {
  assert.equal(ids(mergeTurns([], [a, b])), "ab");
  assert.equal(ids(mergeTurns([a, b], [])), "ab");
  assert.equal(ids(mergeTurns([a, c], [a, b])), "abc");
  assert.equal(ids(mergeTurns([b, a], [a, b, c])), "abc");
});

test("what the server holds of a turn is newer", () => {
  const rated = { ...a, rating: "up" };
  assert.deepEqual(mergeTurns([a], [rated]), [rated]);
});

test("turns are added where only the end is missing; otherwise all is shown anew", () => {
  assert.equal(ids(turnsToAdd([a], [a, b, c])), "bc");
  assert.equal(ids(turnsToAdd([a, b], [a, b])), "");
  assert.equal(turnsToAdd([b], [a, b]), null);
  assert.equal(turnsToAdd([a, c], [a, b, c]), null);
});

test("the disclaimer of a turn is found", () => {
  assert.equal(disclaimerOf(turn("a", "text", "disclaimer")), "disclaimer text");
  assert.equal(disclaimerOf(turn("a", "text")), "");
});

test("only what can have helped is rated", () => {
  assert.equal(canBeRated(turn("a", "escalation", "answer", "disclaimer")), true);
  assert.equal(canBeRated(turn("a", "text", "disclaimer")), true);
  assert.equal(canBeRated(turn("a", "emergency", "disclaimer")), false);
});
