import assert from "node:assert/strict";
import { test } from "node:test";
import { keepConversationId, makeId } from "../src/widget/conversation-id.js";
import { makeCookieArea } from "../src/widget/cookie-area.js";
import { makeOutbox } from "../src/widget/outbox.js";
import { makeStorage } from "../src/widget/storage.js";

/** A browser's storage; `full` makes it refuse to keep more. */
function makeArea() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const area = {
    full: false,
    kept,
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem(/** @type {string} */ name, /** @type {string} */ text) {
      if (area.full) throw new Error("QuotaExceededError");
      kept.set(name, text);
    },
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
  return area;
}

/** @param {ReturnType<typeof makeArea>} area */
const storageIn = (area) => makeStorage(() => /** @type {any} */ (area));
const refused = () =>
  makeStorage(() => {
    throw new Error("SecurityError");
  });

test("what is kept is there for the next page", () => {
  const area = makeArea();
  storageIn(area).set("name", "text");
  const next = storageIn(area);
  assert.equal(next.get("name"), "text");
  assert.equal(next.persistent, true);
  next.remove("name");
  assert.equal(storageIn(area).get("name"), null);
});

test("a browser that keeps nothing is found out, and the page still works", () => {
  const storage = refused();
  assert.equal(storage.persistent, false);
  storage.set("name", "text");
  assert.equal(storage.get("name"), "text");
  storage.remove("name");
  assert.equal(storage.get("name"), null);
});

test("where there is no space left, the newer text counts", () => {
  const area = makeArea();
  const storage = storageIn(area);
  storage.set("name", "old");
  area.full = true;
  storage.set("name", "new");
  assert.equal(storage.get("name"), "new");
  area.full = false;
  storage.set("name", "newest");
  assert.equal(storageIn(area).get("name"), "newest");
});

/** A page's cookies, kept as a browser keeps them; `refuses` drops them without a word, as over plain http. */
function makeCookies() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    refuses: false,
    written: "",
    get cookie() {
      return [...kept].map(([name, text]) => `${name}=${text}`).join("; ");
    },
    set cookie(line) {
      this.written = line;
      const [name = "", text = ""] = (line.split("; ")[0] ?? "").split("=");
      if (this.refuses || line.endsWith("Max-Age=0")) kept.delete(name);
      else kept.set(name, text);
    },
  };
}

/** @param {ReturnType<typeof makeCookies>} cookies */
const inFrame = (cookies) =>
  makeStorage(
    () => {
      throw new Error("SecurityError");
    },
    () => makeCookieArea(cookies, 30),
  );

test("a frame without a storage keeps the conversation's id in a partitioned cookie", () => {
  const cookies = makeCookies();
  const first = keepConversationId(inFrame(cookies)).current();
  assert.equal(keepConversationId(inFrame(cookies)).current(), first);
  assert.match(cookies.cookie, /^twitchwise\.conversation=[\w-]{24}$/);
  const id = keepConversationId(inFrame(cookies)).renew();
  for (const part of ["Partitioned", "Secure", "SameSite=None", "Path=/chat", "Max-Age=2592000"])
    assert.ok(cookies.written.split("; ").includes(part), part);
  assert.notEqual(id, first);
});

test("what people write is in no cookie", () => {
  const cookies = makeCookies();
  const storage = inFrame(cookies);
  makeOutbox(storage).add("one", { id: "message-b", message: "my-foot-is-numb" });
  assert.equal(cookies.cookie, "");
  assert.equal(makeOutbox(storage).list("one").length, 1);
});

test("a frame that may keep no cookie either still works", () => {
  const cookies = makeCookies();
  cookies.refuses = true;
  const storage = inFrame(cookies);
  assert.equal(storage.persistent, false);
  storage.set("name", "text");
  assert.equal(storage.get("name"), "text");
});

test("an id holds 144 random bits, in letters that the server takes", () => {
  const ids = Array.from({ length: 500 }, () => makeId());
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{24}$/);
  assert.equal(new Set(ids).size, ids.length);
});

test("every bit of an id comes from the source of randomness", () => {
  /** @param {number} byte */
  const from = (byte) =>
    makeId({ getRandomValues: (bytes) => /** @type {any} */ (bytes).fill(byte) });
  assert.equal(from(0), "A".repeat(24));
  assert.equal(from(255), "_".repeat(24));
});

test("the conversation stays the same, also for another tab, until it is renewed", () => {
  const area = makeArea();
  const [one, other] = [storageIn(area), storageIn(area)].map(keepConversationId);
  assert.equal(one?.exists(), false);
  const first = one?.current();
  assert.equal(other?.exists(), true);
  assert.equal(other?.current(), first);
  const second = one?.renew();
  assert.notEqual(second, first);
  assert.equal(other?.current(), second);
});

test("an id that the server would refuse is replaced", () => {
  const area = makeArea();
  area.kept.set("twitchwise.conversation", "short");
  const id = keepConversationId(storageIn(area));
  assert.equal(id.exists(), false);
  assert.match(id.current(), /^[\w-]{24}$/);
});

const A = { id: "message-a", message: "q:mg.foods", title: "Which foods?" };
const B = { id: "message-b", message: "hello" };

test("the outbox gives back what was put in, in order, to its conversation only", () => {
  const area = makeArea();
  const outbox = makeOutbox(storageIn(area));
  outbox.add("one", A);
  outbox.add("two", { id: "message-c", message: "elsewhere" });
  outbox.add("one", B);
  outbox.add("one", B);
  const later = makeOutbox(storageIn(area));
  assert.deepEqual(later.list("one"), [A, B]);
  later.remove(A.id);
  assert.deepEqual(outbox.list("one"), [B]);
  outbox.clear();
  assert.deepEqual(later.list("one"), []);
  assert.equal(area.kept.size, 0);
});

for (const text of ["{", "null", '{"id":1}', '[null, 3, {"id":"x"}]']) {
  test(`an outbox that holds ${text} is empty`, () => {
    const area = makeArea();
    area.kept.set("twitchwise.outbox", text);
    const outbox = makeOutbox(storageIn(area));
    assert.deepEqual(outbox.list("one"), []);
    outbox.add("one", B);
    assert.deepEqual(outbox.list("one"), [B]);
  });
}
