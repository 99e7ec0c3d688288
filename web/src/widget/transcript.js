/** @typedef {import("./types.js").Turn} Turn */

/**
 * Bring together the turns that the page shows and those that the server holds, each turn once. The server's order
 * counts; what it does not hold (its database may have been away) stays at the end.
 *
 * @param {Turn[]} shown
 * @param {Turn[]} held
 */
export function mergeTurns(shown, held) {
  const ids = new Set(held.map((turn) => turn.id));
  return [...held, ...shown.filter((turn) => !ids.has(turn.id))];
}

/**
 * What has to be added to the screen so that it shows `wanted` after it showed `shown`.
 *
 * @param {Turn[]} shown
 * @param {Turn[]} wanted
 * @returns {Turn[] | null} nothing where adding is not enough
 */
export function turnsToAdd(shown, wanted) {
  const isBeginning = shown.every((turn, at) => turn.id === wanted[at]?.id);
  return isBeginning ? wanted.slice(shown.length) : null;
}

/**
 * @param {Turn} turn
 * @returns {string} the disclaimer that closes it
 */
export function disclaimerOf(turn) {
  return turn.messages.find((message) => message.kind === "disclaimer")?.text ?? "";
}

/**
 * @param {Turn} turn
 * @returns {boolean} whether it says something that can have helped
 */
export function canBeRated(turn) {
  return turn.messages.some((message) => message.kind === "answer" || message.kind === "text");
}
