import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEventReader, readEvents } from "../src/widget/event-stream.js";

const STREAM =
  ': working\n\nevent: message\ndata: {"text": "Nüsse"}\n\nevent: end\ndata: {"id": 1,\ndata: "failed": false}\n\n';
const EVENTS = [
  ["message", '{"text": "Nüsse"}'],
  ["end", '{"id": 1,\n"failed": false}'],
];

/** @param {string[]} pieces */
function read(pieces) {
  /** @type {string[][]} */
  const found = [];
  const reader = makeEventReader((name, data) => found.push([name, data]));
  for (const piece of pieces) reader.push(piece);
  return found;
}

for (const [name, end] of Object.entries({ LF: "\n", CRLF: "\r\n", CR: "\r" })) {
  test(`lines that end in ${name} are read, wherever the stream is torn`, () => {
    const stream = STREAM.replaceAll("\n", end);
    assert.deepEqual(read([stream]), EVENTS);
    assert.deepEqual(read([...stream]), EVENTS);
    for (let at = 1; at < stream.length; at += 1)
      assert.deepEqual(read([stream.slice(0, at), stream.slice(at)]), EVENTS, `torn at ${at}`);
  });
}

test("an event without the empty line after it did not arrive whole, and is not told", () => {
  assert.deepEqual(read(["event: end\ndata: {}\n"]), []);
});

test("a name counts for its own event only", () => {
  assert.deepEqual(read(["event: end\ndata: 1\n\ndata: 2\n\n"]), [
    ["end", "1"],
    ["message", "2"],
  ]);
});

test("an event without data is none, and its name is gone with it", () => {
  assert.deepEqual(read(["event: end\n\ndata: 1\n\n"]), [["message", "1"]]);
});

test("only one space after the colon belongs to the notation", () => {
  assert.deepEqual(read(["data:a\ndata: b\ndata:  c\n\n"]), [["message", "a\nb\n c"]]);
});

test("the mark that some streams begin with is passed over", () => {
  assert.deepEqual(read(["\uFEFFdata: a\n\n"]), [["message", "a"]]);
});

test("letters of several bytes may be torn too, and each piece is a sign of life", async () => {
  const bytes = new TextEncoder().encode(STREAM);
  const body = new ReadableStream({
    start(to) {
      for (const byte of bytes) to.enqueue(Uint8Array.of(byte));
      to.close();
    },
  });
  /** @type {string[][]} */
  const found = [];
  let alive = 0;
  await readEvents(
    body,
    (name, data) => found.push([name, data]),
    () => {
      alive += 1;
    },
  );
  assert.deepEqual(found, EVENTS);
  assert.equal(alive, bytes.length);
});
