import assert from "node:assert/strict";
import { test } from "node:test";
import { makeApi } from "../src/widget/api.js";

const ID = "a-conversation-id-of-24";
const PENDING = { id: "message-1", message: "hello" };
const MESSAGE = { kind: "text", text: "Hi.", buttons: [], answer: null };

/**
 * @param {string} name
 * @param {object} data
 */
const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** @param {...string} events */
function streaming(...events) {
  return new Response(events.join(""), { headers: { "Content-Type": "text/event-stream" } });
}

/**
 * An api whose server answers as given; what it was asked is kept.
 *
 * @param {(signal: AbortSignal) => Response | Promise<Response>} answer
 * @param {{ online?: boolean, silence?: number }} [more]
 */
function apiWith(answer, { online = true, silence = 1000 } = {}) {
  /** @type {{ address: string, request: any }[]} */
  const asked = [];
  const api = makeApi({
    base: "/webhooks/rest",
    online: () => online,
    silence,
    fetch: async (address, request) => {
      asked.push({ address: String(address), request });
      return answer(/** @type {AbortSignal} */ (request?.signal));
    },
  });
  return { api, asked };
}

/**
 * @param {Parameters<typeof apiWith>} given
 */
async function failureOf(...given) {
  const { api } = apiWith(...given);
  /** @type {any} */
  let failure;
  await api
    .turn(ID, PENDING, () => {})
    .catch((error) => {
      failure = error;
    });
  assert.ok(failure, "nothing went wrong");
  return failure;
}

test("a turn is told message by message, and is whole at its end mark", async () => {
  const end = { id: "message-1", at: "now", message: "hello", failed: false };
  const { api, asked } = apiWith(() =>
    streaming(": working\n\n", event("message", MESSAGE), event("end", end)),
  );
  /** @type {unknown[]} */
  const said = [];
  const turn = await api.turn(ID, PENDING, (message) => said.push(message));
  assert.deepEqual(said, [MESSAGE]);
  assert.deepEqual(turn, { ...end, messages: [MESSAGE] });
  assert.equal(asked[0]?.address, "/webhooks/rest/turn");
  assert.equal(asked[0]?.request.headers["X-Conversation-Id"], ID);
  assert.equal(asked[0]?.request.headers.Accept, "text/event-stream");
  assert.deepEqual(JSON.parse(asked[0]?.request.body), PENDING);
});

test("a server that does not stream is understood as well", async () => {
  const { api } = apiWith(() => Response.json({ id: "message-1", messages: [MESSAGE] }));
  /** @type {unknown[]} */
  const said = [];
  const turn = await api.turn(ID, PENDING, (message) => said.push(message));
  assert.deepEqual(said, [MESSAGE]);
  assert.equal(turn.id, "message-1");
});

test("the id of the conversation is in no address", async () => {
  const { api, asked } = apiWith(() => Response.json({ turns: [], forgotten: true }));
  await api.history(ID);
  await api.forget(ID, ["message-1"]);
  await api.feedback(ID, { id: "message-1", rating: "up" });
  assert.deepEqual(
    asked.map(({ address, request }) => [request.method, address]),
    [
      ["GET", "/webhooks/rest/history"],
      ["DELETE", "/webhooks/rest/conversation"],
      ["POST", "/webhooks/rest/feedback"],
    ],
  );
  for (const { request } of asked) assert.equal(request.headers["X-Conversation-Id"], ID);
  assert.deepEqual(JSON.parse(asked[1]?.request.body ?? ""), { pending: ["message-1"] });
});

const URGENT = { kind: "escalation", text: "Please see a doctor." };
const RATED = { id: "message-1", rating: /** @type {const} */ ("down"), comment: "it is numb" };

test("what has to be said to a comment comes with its reply", async () => {
  for (const [told, expected] of [
    [{ rating: "down", urgent: URGENT }, URGENT],
    [{ urgent: { kind: "unheard of", text: "Call." } }, { kind: "escalation", text: "Call." }],
    [{ rating: "down", urgent: null }, null],
    [{ rating: "down" }, null],
    [{ urgent: { kind: "escalation", text: 7 } }, null],
    [{ urgent: "yes" }, null],
    [null, null],
  ]) {
    const { api } = apiWith(() => Response.json(told));
    assert.deepEqual(await api.feedback(ID, RATED), expected);
  }
  assert.equal(await apiWith(() => new Response("fine")).api.feedback(ID, RATED), null);
});

for (const status of [404, 429, 503]) {
  test(`what has to be said to a comment comes with a refusal, too: ${status}`, async () => {
    const { api } = apiWith(() => Response.json({ error: "No.", urgent: URGENT }, { status }));
    await assert.rejects(api.feedback(ID, RATED), { urgent: URGENT });
  });
}

test("a stream without its end mark was cut off", async () => {
  assert.equal((await failureOf(() => streaming(event("message", MESSAGE)))).kind, "cut-off");
  assert.equal((await failureOf(() => streaming("event: end\ndata: {}\n"))).kind, "cut-off");
});

test("a stream that holds no JSON counts as cut off", async () => {
  assert.equal(
    (await failureOf(() => streaming("event: message\ndata: {oops\n\n"))).kind,
    "cut-off",
  );
});

test("a refusal keeps the server's sentence", async () => {
  const failure = await failureOf(() => Response.json({ error: "No such id." }, { status: 400 }));
  assert.deepEqual([failure.kind, failure.said], ["refused", "No such id."]);
});

test("a refusal that is no JSON is still a refusal", async () => {
  const failure = await failureOf(() => new Response("<h1>Bad</h1>", { status: 404 }));
  assert.deepEqual([failure.kind, failure.said], ["refused", ""]);
});

test("too many messages: the server says how long to wait", async () => {
  const headers = { "Retry-After": "12" };
  const failure = await failureOf(() => Response.json({}, { status: 429, headers }));
  assert.deepEqual([failure.kind, failure.seconds], ["rate-limited", 12]);
});

test("too many messages, where the server does not say how long", async () => {
  const failure = await failureOf(() => Response.json({}, { status: 429 }));
  assert.ok(failure.seconds > 0);
});

for (const [status, kind] of /** @type {const} */ ([
  [413, "too-long"],
  [500, "unreachable"],
  [502, "unreachable"],
  [503, "unreachable"],
])) {
  test(`status ${status} is ${kind}`, async () => {
    assert.equal((await failureOf(() => new Response("", { status }))).kind, kind);
  });
}

test("no answer means offline only where the device has no network", async () => {
  const broken = () => Promise.reject(new TypeError("Failed to fetch"));
  assert.equal((await failureOf(broken, { online: true })).kind, "unreachable");
  assert.equal((await failureOf(broken, { online: false })).kind, "offline");
});

/** @param {AbortSignal} signal */
function never(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

test("a server that says nothing is given up", async () => {
  assert.equal((await failureOf(never, { silence: 20 })).kind, "timed-out");
});

test("what we stop ourselves is no failure of the server", async () => {
  const { api } = apiWith(never);
  const ending = new AbortController();
  const turn = api.turn(ID, PENDING, () => {}, ending.signal);
  ending.abort();
  await assert.rejects(turn, { kind: "stopped" });
});

test("only a server that says so has forgotten", async () => {
  await assert.rejects(apiWith(() => Response.json({})).api.forget(ID, []), {
    kind: "unreachable",
  });
});
