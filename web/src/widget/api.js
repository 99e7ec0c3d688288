import { readEvents } from "./event-stream.js";
import { asFailure, Failure } from "./failure.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Urgent} Urgent */
/** @typedef {ReturnType<typeof makeApi>} Api */

/** The server says something every few seconds while it works. After this long without a word it is given up. */
const SILENCE = 45_000;

/**
 * The four requests of docs/http.md that the page makes. Whatever goes wrong comes out as a `Failure`.
 *
 * @param {object} given
 * @param {string} given.base
 * @param {typeof globalThis.fetch} [given.fetch]
 * @param {() => boolean} [given.online]
 * @param {number} [given.silence]
 */
export function makeApi({
  base,
  fetch = (...request) => globalThis.fetch(...request),
  online = () => navigator.onLine,
  silence = SILENCE,
}) {
  /**
   * Make a request and read its reply; give up where nothing is heard.
   *
   * @template Reply
   * @param {string} method
   * @param {string} path
   * @param {string} conversation
   * @param {{ body?: object, accept?: string, signal?: AbortSignal }} more
   * @param {(response: Response, alive: () => void) => Promise<Reply>} read
   */
  async function ask(method, path, conversation, { body, accept, signal }, read) {
    const ending = new AbortController();
    let timedOut = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const stop = () => ending.abort();
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timedOut = true;
        stop();
      }, silence);
    };
    if (signal?.aborted) throw new Failure("stopped");
    signal?.addEventListener("abort", stop);
    alive();
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          "X-Conversation-Id": conversation,
          Accept: accept ?? "application/json",
          ...(body ? { "Content-Type": "application/json" } : {}),
        },
        body: body ? JSON.stringify(body) : null,
        cache: "no-store",
        signal: ending.signal,
      });
      alive();
      if (!response.ok) throw await refusal(response);
      return await read(response, alive);
    } catch (error) {
      if (signal?.aborted) throw new Failure("stopped");
      if (timedOut) throw new Failure("timed-out");
      if (error instanceof Failure) throw error;
      throw online() ? asFailure(error) : new Failure("offline");
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  return {
    /**
     * Send a message.
     *
     * @param {string} conversation
     * @param {import("./types.js").Pending} pending
     * @param {(message: Message) => void} said called for each message as it arrives
     * @param {AbortSignal} [signal]
     * @returns {Promise<Turn>} the whole turn, when its end mark is there
     */
    turn(conversation, pending, said, signal) {
      const more = { body: pending, accept: "text/event-stream", ...(signal ? { signal } : {}) };
      return ask("POST", "/turn", conversation, more, (response, alive) => {
        const streamed = response.headers.get("Content-Type")?.includes("text/event-stream");
        return streamed ? readStream(response, said, alive) : readWhole(response, said);
      });
    },

    /**
     * @param {string} conversation
     * @returns {Promise<Turn[]>} oldest first
     */
    history(conversation) {
      return ask("GET", "/history", conversation, {}, async (response) => {
        const { turns } = await response.json();
        return Array.isArray(turns) ? turns : [];
      });
    },

    /**
     * @param {string} conversation
     * @param {string[]} pending ids of messages that the server may get later: it drops them then
     */
    forget(conversation, pending) {
      return ask(
        "DELETE",
        "/conversation",
        conversation,
        { body: { pending } },
        async (response) => {
          const { forgotten } = await response.json();
          if (forgotten !== true) throw new Failure("unreachable");
        },
      );
    },

    /**
     * @param {string} conversation
     * @param {{ id: string, rating: import("./types.js").Rating, comment?: string }} feedback
     * @returns {Promise<Urgent | null>} what has to be said to the comment; a failure may hold it, too
     */
    feedback(conversation, feedback) {
      return ask("POST", "/feedback", conversation, { body: feedback }, async (response) =>
        urgentIn(await readJson(response)),
      );
    },
  };
}

/**
 * @param {Response} response
 * @param {(message: Message) => void} said
 * @param {() => void} alive
 * @returns {Promise<Turn>}
 */
async function readStream(response, said, alive) {
  /** @type {Message[]} */
  const messages = [];
  /** @type {Turn | undefined} */
  let turn;
  const { body } = response;
  if (!body) throw new Failure("cut-off");
  try {
    await readEvents(
      body,
      (name, data) => {
        if (name === "message") {
          messages.push(JSON.parse(data));
          said(/** @type {Message} */ (messages.at(-1)));
        }
        if (name === "end") turn = { ...JSON.parse(data), messages };
      },
      alive,
    );
  } catch (error) {
    // What broke after the end mark harms nobody.
    if (!turn) throw error instanceof SyntaxError ? new Failure("cut-off") : error;
  }
  if (!turn) throw new Failure("cut-off");
  return turn;
}

/**
 * A proxy or an older server may not stream.
 *
 * @param {Response} response
 * @param {(message: Message) => void} said
 * @returns {Promise<Turn>}
 */
async function readWhole(response, said) {
  /** @type {Turn} */
  const turn = await response.json();
  if (!Array.isArray(turn?.messages)) throw new Failure("unreachable");
  for (const message of turn.messages) said(message);
  return turn;
}

/**
 * @param {Response} response
 * @returns {Promise<Failure>}
 */
async function refusal(response) {
  const told = await readJson(response);
  const said = typeof told?.error === "string" ? told.error : "";
  const more = { said, urgent: urgentIn(told) };
  if (response.status === 429) {
    const seconds = Number(response.headers.get("Retry-After"));
    return new Failure("rate-limited", { ...more, seconds: seconds > 0 ? seconds : 5 });
  }
  if (response.status === 413) return new Failure("too-long", more);
  if (response.status >= 500) return new Failure("unreachable", more);
  return new Failure("refused", more);
}

/**
 * @param {Response} response
 * @returns {Promise<any>} what it holds, or null where that is no JSON
 */
function readJson(response) {
  return response.json().catch(() => null);
}

/**
 * @param {any} told
 * @returns {Urgent | null}
 */
function urgentIn(told) {
  const { kind, text } = told?.urgent ?? {};
  if (typeof text !== "string" || !text) return null;
  return { kind: kind === "emergency" ? kind : "escalation", text };
}
