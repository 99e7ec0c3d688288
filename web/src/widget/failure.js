/**
 * What may go wrong with a request:
 *
 * - offline: this device has no network
 * - unreachable: no answer came, or one that only a server in trouble gives
 * - cut-off: the reply stopped without its end mark
 * - timed-out: nothing was heard for too long
 * - rate-limited: too many messages; `seconds` says how long to wait
 * - too-long: the message is longer than the server takes
 * - refused: the server understood, and said no
 * - stopped: we ended it ourselves
 *
 * @typedef {"offline" | "unreachable" | "cut-off" | "timed-out" | "rate-limited" | "too-long" | "refused" | "stopped"} Kind
 */

export class Failure extends Error {
  /**
   * @param {Kind} kind
   * @param {object} [more]
   * @param {string} [more.said] the server's own sentence
   * @param {number} [more.seconds] how long it asks to wait
   * @param {import("./types.js").Urgent | null} [more.urgent] what it has to say all the same
   */
  constructor(kind, { said = "", seconds = 0, urgent = null } = {}) {
    super(said || kind);
    this.kind = kind;
    this.said = said;
    this.seconds = seconds;
    this.urgent = urgent;
  }
}

/**
 * @param {unknown} error
 * @returns {Failure}
 */
export function asFailure(error) {
  return error instanceof Failure ? error : new Failure("unreachable");
}

/**
 * What people are told about a message that did not get through.
 *
 * @param {Failure} failure
 */
export function sentenceFor(failure) {
  switch (failure.kind) {
    case "offline":
      return "You are offline. Your message is kept and will be sent when you are back.";
    case "rate-limited":
      return `That was a lot of messages at once. Please wait ${duration(failure.seconds)} and try again.`;
    case "too-long":
      return "This message is too long. Please make it shorter.";
    case "timed-out":
      return "The answer is taking too long. Please try again.";
    case "refused":
      return failure.said || "The server did not accept this message.";
    case "cut-off":
      return "The answer was cut off. Please try again.";
    default:
      return "The assistant cannot be reached right now. Your message was not lost. Please try again.";
  }
}

/** @param {number} seconds */
export function duration(seconds) {
  const [count, unit] =
    seconds > 90
      ? [Math.ceil(seconds / 60), "minute"]
      : [Math.max(1, Math.ceil(seconds)), "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
