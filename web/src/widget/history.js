import { asFailure } from "./failure.js";
import { pauseAfter } from "./retry.js";

/** @typedef {import("./types.js").Turn} Turn */

/**
 * Ask for what was said before, and again for a while where the server cannot be reached.
 *
 * @param {() => Promise<Turn[]>} ask
 * @param {(sentence: string) => void} say
 * @param {(seconds: number) => Promise<void>} [wait]
 * @returns {Promise<Turn[]>}
 */
export async function loadHistory(ask, say, wait = sleep) {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      const pause = pauseAfter(asFailure(error), failures);
      if (!pause) throw error;
      say("Earlier messages cannot be loaded yet. Trying again…");
      await wait(pause.seconds);
    }
  }
}

/**
 * @param {number} seconds
 * @returns {Promise<void>}
 */
function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
