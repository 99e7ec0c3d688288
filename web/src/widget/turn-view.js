import { make, unseen } from "./elements.js";
import { renderHeading, renderMessage } from "./render.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {ReturnType<typeof makeTurnView>} TurnView */

/**
 * All that is said to one question, on the screen. Messages are added as they arrive.
 *
 * @param {import("./render.js").Choose} choose
 */
export function makeTurnView(choose) {
  const element = make("div", { class: "turn" }, unseen("Assistant: "));

  return {
    element,

    /** @param {Message} message */
    add(message) {
      element.append(renderMessage(message, choose));
    },

    /**
     * The turn is complete.
     *
     * @param {Node[]} more what stands at its end, before the disclaimer
     */
    close(...more) {
      const answers = element.querySelectorAll(".part.answer");
      if (answers.length > 1)
        answers.forEach((answer, at) => {
          answer.prepend(renderHeading(at + 1, answers.length));
        });
      const disclaimer = element.querySelector(".disclaimer");
      if (disclaimer) disclaimer.before(...more);
      else element.append(...more);
    },
  };
}
