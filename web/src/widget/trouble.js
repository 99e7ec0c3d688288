import { make, makeButton, makeIcon } from "./elements.js";

/**
 * Says what went wrong, with a way to try again where that can help.
 *
 * @param {object} given
 * @param {string} given.word
 * @param {string} given.sentence
 * @param {string} given.button what stands on it
 * @param {(() => void) | null} given.again
 */
export function renderTrouble({ word, sentence, button, again }) {
  const block = make(
    "div",
    { class: "card trouble" },
    make("h3", { class: "word" }, makeIcon("alert"), word),
    make("p", {}, sentence),
  );
  if (again)
    block.append(make("div", { class: "buttons" }, makeButton({ class: "button" }, again, button)));
  return block;
}
