import { makeId } from "./conversation-id.js";
import { asFailure, sentenceFor } from "./failure.js";
import { makeFeedback } from "./feedback.js";
import { loadHistory } from "./history.js";
import { renderQuestion } from "./render.js";
import { makeSender } from "./sender.js";
import { canBeRated, mergeTurns, turnsToAdd } from "./transcript.js";
import { renderTrouble } from "./trouble.js";
import { makeTurnView } from "./turn-view.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {import("./failure.js").Failure} Failure */
/** @typedef {import("./chat.js").Shown} Shown */
/** @typedef {{ payload: string, title: string }} Choice */

/** @typedef {{ view: import("./turn-view.js").TurnView, shown: Shown }} Reply */

/** @typedef {{ shown: Shown, sentence: string, retry: Pending | null }} Trouble */

/**
 * A message without its end mark, and what of it is on the screen.
 *
 * @typedef {object} Open
 * @property {Pending} pending
 * @property {Shown} question
 * @property {Reply | null} reply
 * @property {Trouble | null} trouble
 */

/**
 * The conversation on the screen: what was said, what is on its way, and what went wrong.
 *
 * @param {object} given
 * @param {import("./settings.js").Settings} given.settings
 * @param {import("./api.js").Api} given.api
 * @param {import("./outbox.js").Outbox} given.outbox
 * @param {ReturnType<typeof import("./conversation-id.js").keepConversationId>} given.id
 * @param {Awaited<ReturnType<typeof import("./chat.js").makeChat>>} given.chat
 * @param {ReturnType<typeof import("./status-line.js").makeStatusLine>} given.status
 * @param {(news: import("./tabs.js").News) => void} given.tell what other tabs have to know
 */
export function makeConversation({ settings, api, outbox, id, chat, status, tell }) {
  /** @type {Turn[]} */
  let turns = [];
  /** @type {Map<string, ReturnType<typeof makeFeedback>>} */
  const feedbacks = new Map();
  /** @type {Open | null} */
  let open = null;
  /** Whether all that was said before is on the screen. */
  let complete = false;
  /** @type {Pending[]} */
  let waiting = [];
  /** @type {Shown | null} */
  let gap = null;

  const sender = makeSender({
    api,
    outbox,
    conversation: id.current,
    listener: {
      started,
      said,
      waiting: rest,
      status: status.say,
      done,
      failed,
    },
  });

  /** @param {Pending} pending */
  function started(pending) {
    if (open?.pending.id !== pending.id) {
      const question = chat.show("user", renderQuestion(pending.title ?? pending.message));
      open = { pending, question, reply: null, trouble: null };
      chat.scrollToEnd();
    }
    // What an attempt brought that was cut off comes again.
    open.reply?.shown.remove();
    open.reply = null;
    chat.setBusy(true);
    chat.setTyping(true);
  }

  /** @param {import("./types.js").Message} message */
  function said(message) {
    if (!open) return;
    if (!open.reply) {
      const view = makeTurnView(choose);
      open.reply = { view, shown: chat.show("ai", view.element) };
    }
    open.reply.view.add(message);
    chat.reveal(open.reply.view.element);
  }

  /**
   * @param {Turn} turn
   * @param {Pending} pending
   */
  function done(turn, pending) {
    rest();
    const reply = open?.reply;
    if (!reply) {
      // A turn without a word is done for the server: only a message with another id gets another try.
      const retry = turn.failed ? pending : { ...pending, id: makeId() };
      showTrouble(turn.error || "The assistant could not answer. Please try again.", retry);
      return;
    }
    open = null;
    closeTurn(reply.view, turn);
    chat.reveal(reply.view.element);
    if (turn.failed)
      status.mention(turn.error || "Something went wrong, so a part may be missing.");
    turns.push({ ...turn, message: turn.message || (pending.title ?? pending.message) });
    tell("changed");
    if (!complete) refresh();
    sendNext();
  }

  /**
   * @param {Failure} failure
   * @param {Pending} pending
   */
  function failed(failure, pending) {
    rest();
    const isFinal = ["refused", "too-long"].includes(failure.kind);
    showTrouble(sentenceFor(failure), isFinal ? null : pending);
    if (pending.title === undefined && !chat.read()) chat.write(pending.message);
  }

  function rest() {
    chat.setTyping(false);
    chat.setBusy(false);
  }

  /**
   * @param {string} sentence
   * @param {Pending | null} retry what is sent when the person tries again, where that can help
   */
  function showTrouble(sentence, retry) {
    const card = renderTrouble({
      word: "Not sent",
      sentence,
      button: "Try again",
      again: retry && (() => resend(retry)),
    });
    const shown = chat.show("ai", card);
    if (open) open.trouble = { shown, sentence, retry };
    chat.scrollToEnd();
  }

  /** @param {Pending} pending */
  function resend(pending) {
    if (sender.pending()) return;
    if (chat.read() === pending.message) chat.write("");
    dropOpen();
    sender.send(pending);
    if (document.activeElement === document.body) chat.focusGently();
  }

  /** Take what did not get through from the screen. */
  function dropOpen() {
    open?.question.remove();
    open?.reply?.shown.remove();
    open?.trouble?.shown.remove();
    open = null;
  }

  /**
   * @param {string} message
   * @param {string} [title]
   */
  function send(message, title) {
    if (sender.pending() && !sender.isWaiting()) {
      status.mention("Please wait for the answer first.");
      return false;
    }
    if (sender.isWaiting()) postpone();
    // A message that failed and is not sent again is given up for this one.
    else if (open) outbox.remove(open.pending.id);
    dropOpen();
    sender.send(title === undefined ? { id: makeId(), message } : { id: makeId(), message, title });
    return true;
  }

  /** A message that waits for its next try lets another one go first: that may be urgent. */
  function postpone() {
    const pending = sender.pending();
    sender.stop();
    if (pending) waiting = [...waiting, pending];
  }

  /** Send what was on its way when the page was left. Another tab may have sent it since. */
  function sendNext() {
    const kept = new Set(outbox.list(id.current()).map((pending) => pending.id));
    const next = waiting.find((pending) => kept.has(pending.id));
    if (sender.pending() || open || !next) return;
    waiting = waiting.filter((pending) => pending !== next);
    sender.send(next);
  }

  /** @param {Choice} choice */
  function choose({ payload, title }) {
    if (send(payload, title)) chat.focusGently();
  }

  /** @param {string} text */
  function submit(text) {
    const excess = text.length - settings.largestMessage;
    if (excess > 0) {
      const [most, over] = [settings.largestMessage, excess].map((n) => n.toLocaleString("en"));
      status.say(
        `Your message is too long by ${over} characters. At most ${most} fit. Please shorten it.`,
      );
      return;
    }
    if (open?.trouble?.retry && open.pending.message === text) resend(open.trouble.retry);
    else if (send(text)) chat.write("");
  }

  /** @param {Turn} turn */
  function showTurn(turn) {
    chat.show("user", renderQuestion(turn.message));
    const view = makeTurnView(choose);
    for (const message of turn.messages) view.add(message);
    chat.show("ai", view.element);
    closeTurn(view, turn);
  }

  /**
   * @param {import("./turn-view.js").TurnView} view
   * @param {Turn} turn
   */
  function closeTurn(view, turn) {
    if (!canBeRated(turn)) return view.close();
    const feedback = makeFeedback(turn, settings.comments, async (rating, comment) => {
      try {
        const urgent = await api.feedback(id.current(), {
          id: turn.id,
          rating,
          ...(comment === undefined ? {} : { comment }),
        });
        tell("changed");
        return { stored: true, urgent };
      } catch (error) {
        status.mention("Your feedback could not be stored. Please try again.");
        return { stored: false, urgent: asFailure(error).urgent };
      }
    });
    feedbacks.set(turn.id, feedback);
    view.close(feedback.element);
  }

  /**
   * Show what the server holds beside what is shown already.
   *
   * @param {Turn[]} held
   */
  function take(held) {
    for (const turn of held) {
      feedbacks.get(turn.id)?.update(turn.rating ?? null);
      // It got through before the page was left, or by another tab.
      if (turn.id !== sender.pending()?.id) outbox.remove(turn.id);
    }
    const arrived = open && held.some((turn) => turn.id === open?.pending.id);
    if (arrived && open) {
      sender.stop();
      outbox.remove(open.pending.id);
      if (chat.read() === open.pending.message) chat.write("");
      dropOpen();
      rest();
    }
    const wanted = mergeTurns(turns, held);
    const added = open ? null : turnsToAdd(turns, wanted);
    const isNew = wanted.length > turns.length;
    turns = wanted;
    if (!isNew) return;
    chat.live.quietly(() => {
      if (added) added.forEach(showTurn);
      else redraw();
    });
    chat.scrollToEnd();
  }

  function redraw() {
    const kept = open;
    const wasTyping = Boolean(sender.pending());
    chat.clear();
    feedbacks.clear();
    turns.forEach(showTurn);
    open = null;
    if (!kept) return;
    const { pending, reply } = kept;
    const question = chat.show("user", renderQuestion(pending.title ?? pending.message));
    open = { pending, question, reply: null, trouble: null };
    if (reply) open.reply = { view: reply.view, shown: chat.show("ai", reply.view.element) };
    if (wasTyping) chat.setTyping(true);
    else if (kept.trouble) showTrouble(kept.trouble.sentence, kept.trouble.retry);
  }

  async function refresh() {
    const asked = id.current();
    try {
      const held = await loadHistory(() => api.history(asked), status.say);
      if (asked !== id.current()) return;
      if (!sender.pending()) status.say("");
      complete = true;
      gap?.remove();
      gap = null;
      take(held);
    } catch {
      if (!sender.pending()) status.say("");
      showGap();
    }
  }

  function showGap() {
    gap?.remove();
    const card = renderTrouble({
      word: "Not loaded",
      sentence: "Earlier messages cannot be loaded right now. You can ask in the meantime.",
      button: "Load again",
      again: () => {
        gap?.remove();
        gap = null;
        refresh();
      },
    });
    gap = chat.show("ai", card);
    chat.scrollToEnd();
  }

  /** Begin with nothing: the conversation is forgotten. */
  function reset() {
    sender.stop();
    turns = [];
    feedbacks.clear();
    waiting = [];
    open = null;
    gap = null;
    complete = true;
    chat.live.quietly(() => chat.clear());
    rest();
    chat.write("");
    status.say("");
  }

  return {
    submit,
    choose,
    refresh,
    reset,
    /** The network or the person is back: what waits, or was given up, goes out now. */
    wake() {
      if (sender.pending()) sender.wake();
      else if (open?.trouble?.retry) resend(open.trouble.retry);
    },

    turns: () => turns,

    /** Show what was said before, and send what was on its way when the page was left. */
    async begin() {
      complete = !id.exists();
      waiting = outbox.list(id.current());
      const speak = chat.live.hush();
      // A server that is down must not keep everything else waiting.
      const patience = new Promise((resolve) => setTimeout(resolve, 3000));
      if (!complete) await Promise.race([refresh(), patience]);
      speak();
      sendNext();
    },

    /** @returns {Promise<string>} what went wrong, or "" */
    async forget() {
      const pending = sender.pending();
      // Those of other tabs are in the outbox, too.
      const onTheirWay = outbox.list(id.current()).map((one) => one.id);
      sender.stop();
      try {
        await api.forget(id.current(), onTheirWay);
      } catch {
        if (pending) sender.send(pending);
        return "The conversation could not be deleted. Please try again in a moment.";
      }
      outbox.clear();
      id.renew();
      reset();
      tell("forgotten");
      return "";
    },
  };
}
