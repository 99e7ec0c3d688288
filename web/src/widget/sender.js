import { asFailure, Failure, sentenceFor } from "./failure.js";
import { pauseAfter } from "./retry.js";

/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Message} Message */

/** After this long without a word people are told that it still goes on. */
export const SLOW = 10_000;

/**
 * What is told while a message is on its way.
 *
 * @typedef {object} Listener
 * @property {(pending: Pending) => void} started an attempt begins; what an earlier one brought is void
 * @property {(message: Message) => void} said
 * @property {() => void} waiting no request runs; the next attempt comes by itself
 * @property {(sentence: string) => void} status
 * @property {(turn: Turn, pending: Pending) => void} done
 * @property {(failure: Failure, pending: Pending) => void} failed
 */

/**
 * A message on its way, and how it stands: a request is running, the next one is to come, or there is no network.
 *
 * @typedef {object} Work
 * @property {Pending} pending
 * @property {"asking" | "pausing" | "offline"} phase
 * @property {number} failures
 * @property {AbortController} ending
 * @property {ReturnType<typeof setTimeout>} [timer]
 */

/**
 * Sends one message at a time, again and again with the same id until its end mark comes, or until the person has to
 * decide.
 *
 * @param {object} given
 * @param {Pick<import("./api.js").Api, "turn">} given.api
 * @param {import("./outbox.js").Outbox} given.outbox
 * @param {() => string} given.conversation
 * @param {Listener} given.listener
 * @param {() => boolean} [given.online]
 */
export function makeSender({
  api,
  outbox,
  conversation,
  listener,
  online = () => navigator.onLine,
}) {
  /** @type {Work | null} */
  let work = null;

  function finish() {
    clearTimeout(work?.timer);
    work = null;
    listener.status("");
  }

  /** @param {Work} mine */
  async function attempt(mine) {
    clearTimeout(mine.timer);
    mine.phase = "asking";
    mine.ending = new AbortController();
    mine.timer = setTimeout(() => listener.status("Still working…"), SLOW);
    listener.started(mine.pending);
    try {
      const turn = await api.turn(
        conversation(),
        mine.pending,
        (message) => hear(mine, message),
        mine.ending.signal,
      );
      if (work !== mine) return;
      finish();
      outbox.remove(mine.pending.id);
      listener.done(turn, mine.pending);
    } catch (error) {
      if (work === mine) afterFailure(mine, asFailure(error));
    }
  }

  /**
   * @param {Work} mine
   * @param {Message} message
   */
  function hear(mine, message) {
    if (work !== mine) return;
    clearTimeout(mine.timer);
    listener.status("");
    listener.said(message);
  }

  /**
   * @param {Work} mine
   * @param {Failure} failure
   */
  function afterFailure(mine, failure) {
    clearTimeout(mine.timer);
    mine.failures += 1;
    const pause = pauseAfter(failure, mine.failures);
    if (!online() || pause) listener.waiting();
    if (!online()) {
      mine.phase = "offline";
      listener.status(sentenceFor(new Failure("offline")));
    } else if (pause) {
      mine.phase = "pausing";
      mine.timer = setTimeout(attempt, pause.seconds * 1000, mine);
      listener.status(pause.said);
    } else {
      giveUp(mine, failure);
    }
  }

  /**
   * @param {Work} mine
   * @param {Failure} failure
   */
  function giveUp(mine, failure) {
    finish();
    // What was refused will be refused again, so a reload must not send it once more.
    if (["refused", "too-long"].includes(failure.kind)) outbox.remove(mine.pending.id);
    listener.failed(failure, mine.pending);
  }

  return {
    /** The message that is on its way, if any. */
    pending: () => work?.pending ?? null,

    /** Whether it waits for its next try. */
    isWaiting: () => work !== null && work.phase !== "asking",

    /** @param {Pending} pending */
    send(pending) {
      if (work) return;
      outbox.add(conversation(), pending);
      work = { pending, phase: "asking", failures: 0, ending: new AbortController() };
      attempt(work);
    },

    /** The network is back, or the person is: what waits goes out now. */
    wake() {
      if (!work || work.phase === "asking") return;
      work.failures = 0;
      attempt(work);
    },

    /** Give up what is on its way: the conversation is forgotten, or the reply came in by another tab. */
    stop() {
      const ending = work?.ending;
      finish();
      ending?.abort();
    },
  };
}
