import { duration } from "./failure.js";

/** After the first failure, the second, and so on, this many seconds pass. */
const PAUSES = [1, 2, 4, 8];
/** Longer than this nobody waits without being asked. */
const LONGEST_PAUSE = 60;
const TEMPORARY = ["offline", "unreachable", "cut-off"];

/**
 * @typedef {{ seconds: number, said: string }} Pause
 */

/**
 * Whether a message is sent again by itself, and after how long.
 *
 * @param {import("./failure.js").Failure} failure
 * @param {number} failures how many there were, this one included
 * @returns {Pause | null} nothing where the person has to decide
 */
export function pauseAfter(failure, failures) {
  const seconds = PAUSES[failures - 1];
  if (seconds === undefined) return null;
  if (failure.kind === "rate-limited") {
    if (failure.seconds > LONGEST_PAUSE) return null;
    const wait = Math.max(1, failure.seconds);
    return {
      seconds: wait,
      said: `That was a lot of messages at once. Yours will be sent within ${duration(wait)}.`,
    };
  }
  return TEMPORARY.includes(failure.kind)
    ? { seconds, said: "Connection lost. Trying again…" }
    : null;
}
