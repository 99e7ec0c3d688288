import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Failure } from "../src/widget/failure.js";
import { makeOutbox } from "../src/widget/outbox.js";
import { pauseAfter } from "../src/widget/retry.js";
import { makeSender, SLOW } from "../src/widget/sender.js";
import { makeStorage } from "../src/widget/storage.js";

const PENDING = { id: "message-1", message: "hello" };
const TURN = { id: "message-1", at: "", message: "hello", messages: [] };
/** @type {any} */
const MESSAGE = { kind: "text", text: "Hi." };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** Let all promises that can go on do so; the timers stand still. */
async function settle() {
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}

/** @param {number} seconds */
async function pass(seconds) {
  mock.timers.tick(seconds * 1000);
  await settle();
}

/**
 * A sender to a server that does one thing after another; the last one again and again.
 *
 * @param {((said: (message: any) => void, signal: AbortSignal) => Promise<any>)[]} acts
 */
function start(...acts) {
  /** @type {any[][]} */
  const told = [];
  /** @type {string[]} */
  const ids = [];
  const state = { online: true };
  const outbox = makeOutbox(
    makeStorage(() => {
      throw new Error("none");
    }),
  );
  const sender = makeSender({
    api: {
      turn: async (_, pending, said, signal) => {
        ids.push(pending.id);
        const act = acts.length > 1 ? acts.shift() : acts[0];
        return act?.(said, /** @type {AbortSignal} */ (signal));
      },
    },
    outbox,
    conversation: () => "a-conversation",
    online: () => state.online,
    listener: {
      started: () => told.push(["started"]),
      said: (message) => told.push(["said", message]),
      waiting: () => told.push(["waiting"]),
      status: (sentence) => told.push(["status", sentence]),
      done: (turn) => told.push(["done", turn]),
      failed: (failure) => told.push(["failed", failure.kind]),
    },
  });
  const kept = () => outbox.list("a-conversation").length;
  /** @param {string} what */
  const all = (what) => told.filter(([name]) => name === what);
  const status = () => all("status").at(-1)?.[1];
  return { sender, ids, state, kept, all, status };
}

const works = async () => TURN;
/**
 * @param {import("../src/widget/failure.js").Kind} kind
 * @param {{ seconds?: number }} [more]
 */
const fails = (kind, more) => async () => {
  throw new Failure(kind, more);
};
const hangs = () => new Promise(() => {});

test("a message is kept until its end mark", async () => {
  const { sender, kept, all } = start(works);
  sender.send(PENDING);
  assert.equal(kept(), 1);
  assert.deepEqual(sender.pending(), PENDING);
  await settle();
  assert.equal(kept(), 0);
  assert.equal(sender.pending(), null);
  assert.deepEqual(all("done"), [["done", TURN]]);
});

for (const kind of /** @type {const} */ (["unreachable", "cut-off"])) {
  test(`${kind}: it is sent again after 1, 2, 4 and 8 seconds, with the same id`, async () => {
    const { sender, ids, kept, all, status } = start(fails(kind));
    sender.send(PENDING);
    await settle();
    for (const [at, seconds] of [1, 2, 4, 8].entries()) {
      assert.equal(ids.length, at + 1);
      assert.match(status(), /Trying again/);
      await pass(seconds - 0.001);
      assert.equal(ids.length, at + 1, `not before ${seconds} seconds`);
      await pass(0.001);
    }
    assert.deepEqual([...new Set(ids)], ["message-1"]);
    assert.equal(ids.length, 5);
    assert.deepEqual(all("failed"), [["failed", kind]]);
    assert.equal(kept(), 1, "it is still there after a reload");
    assert.equal(status(), "");
    assert.equal(sender.pending(), null);
  });
}

test("each attempt begins anew, so that nothing is said twice", async () => {
  const { sender, all } = start(
    async (said) => {
      said(MESSAGE);
      throw new Failure("cut-off");
    },
    async (said) => {
      said(MESSAGE);
      return TURN;
    },
  );
  sender.send(PENDING);
  await settle();
  await pass(1);
  assert.equal(all("started").length, 2);
  assert.equal(all("said").length, 2);
  assert.equal(all("waiting").length, 1);
  assert.equal(all("done").length, 1);
});

for (const kind of /** @type {const} */ (["refused", "too-long"])) {
  test(`${kind}: it is not sent again, not even after a reload`, async () => {
    const { sender, ids, kept, all } = start(fails(kind));
    sender.send(PENDING);
    await settle();
    await pass(60);
    assert.equal(ids.length, 1);
    assert.deepEqual(all("failed"), [["failed", kind]]);
    assert.equal(kept(), 0);
  });
}

test("timed out: the person decides", async () => {
  const { sender, ids, all } = start(fails("timed-out"));
  sender.send(PENDING);
  await settle();
  await pass(60);
  assert.equal(ids.length, 1);
  assert.deepEqual(all("failed"), [["failed", "timed-out"]]);
});

test("too many messages: it waits as long as the server asks, and says so", async () => {
  const { sender, ids, all, status } = start(fails("rate-limited", { seconds: 12 }), works);
  sender.send(PENDING);
  await settle();
  assert.match(status(), /12 seconds/);
  await pass(11.9);
  assert.equal(ids.length, 1);
  await pass(0.1);
  assert.equal(all("done").length, 1);
});

test("nobody waits long without being asked", () => {
  assert.equal(pauseAfter(new Failure("rate-limited", { seconds: 600 }), 1), null);
});

test("offline: it waits for the network without a limit, and then goes out", async () => {
  const { sender, ids, state, all, status } = start(fails("offline"), works);
  state.online = false;
  sender.send(PENDING);
  await settle();
  assert.match(status(), /You are offline/);
  await pass(600);
  assert.equal(ids.length, 1);
  state.online = true;
  sender.wake();
  await settle();
  assert.equal(all("done").length, 1);
  assert.equal(status(), "");
});

test("back at the page, nobody waits for the pause to end", async () => {
  const { sender, ids, all } = start(fails("unreachable"), works);
  sender.send(PENDING);
  await settle();
  sender.wake();
  await settle();
  assert.equal(all("done").length, 1);
  await pass(60);
  assert.equal(ids.length, 2, "the pause is over, too");
});

test("while a request runs, waking changes nothing", async () => {
  const { sender, ids } = start(hangs);
  sender.send(PENDING);
  sender.wake();
  await settle();
  assert.equal(ids.length, 1);
});

test("one message at a time", async () => {
  const { sender, ids, kept } = start(hangs);
  sender.send(PENDING);
  sender.send({ id: "message-2", message: "again" });
  await settle();
  assert.deepEqual(ids, ["message-1"]);
  assert.equal(kept(), 1);
});

test("after ten seconds without a word it says that it still works", async () => {
  const { sender, status } = start(hangs);
  sender.send(PENDING);
  await settle();
  await pass(SLOW / 1000 - 0.001);
  assert.notEqual(status(), "Still working…");
  await pass(0.001);
  assert.equal(status(), "Still working…");
});

test("with the first word it is not slow any more", async () => {
  const { sender, status } = start((said) => {
    said(MESSAGE);
    return new Promise(() => {});
  });
  sender.send(PENDING);
  await settle();
  await pass(60);
  assert.equal(status(), "");
});

test("stopped: the request ends, and nothing more is told", async () => {
  /** @type {AbortSignal | undefined} */
  let heard;
  /** @type {(message: any) => void} */
  let speak = () => {};
  const { sender, all } = start((said, signal) => {
    heard = signal;
    speak = said;
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Failure("stopped"))),
    );
  });
  sender.send(PENDING);
  await settle();
  sender.stop();
  speak(MESSAGE);
  await settle();
  assert.equal(heard?.aborted, true);
  assert.equal(sender.pending(), null);
  assert.deepEqual([...all("said"), ...all("done"), ...all("failed")], []);
});

test("stopped during a pause: it is not sent again", async () => {
  const { sender, ids } = start(fails("unreachable"));
  sender.send(PENDING);
  await settle();
  sender.stop();
  await pass(60);
  assert.equal(ids.length, 1);
});
