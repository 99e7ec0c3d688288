import { make, makeButton, makeIcon } from "./elements.js";
import { renderMessage } from "./render.js";

/** @typedef {import("./types.js").Rating} Rating */
/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Urgent} Urgent */
/** @typedef {{ stored: boolean, urgent: Urgent | null }} Outcome */

const LONGEST_COMMENT = 2000;

/**
 * Thumbs up and down for a turn. The same thumb again takes it back.
 *
 * @param {Turn} turn its `rating` is kept up to date
 * @param {boolean} comments whether a comment may be given
 * @param {(rating: Rating, comment?: string) => Promise<Outcome>} store whether it could be stored, and what has to be
 *   said to the comment
 */
export function makeFeedback(turn, comments, store) {
  const up = thumb("up", "This answer helped");
  const down = thumb("down", "This answer did not help");
  const thanks = make("span", { class: "thanks", role: "status" });
  // In the page from the start: only what comes into it then is read out for certain.
  const warning = make("div", { class: "warning", role: "alert" });
  // What stands under an answer is not read out with it.
  const row = make("div", { class: "feedback", role: "group", "aria-label": "Feedback" });
  row.setAttribute("aria-live", "off");
  row.append(up, down, thanks, warning);

  /**
   * @param {"up" | "down"} rating
   * @param {string} name
   */
  function thumb(rating, name) {
    const press = () => rate(turn.rating === rating ? null : rating);
    return makeButton({ class: "thumb", "aria-label": name, title: name }, press, makeIcon(rating));
  }

  function show() {
    up.setAttribute("aria-pressed", String(turn.rating === "up"));
    down.setAttribute("aria-pressed", String(turn.rating === "down"));
  }

  /** @param {Rating} rating */
  async function rate(rating) {
    const before = turn.rating ?? null;
    turn.rating = rating;
    show();
    row.querySelector("form")?.remove();
    const { stored } = await store(rating);
    // Pressed again in the meantime: the later one counts.
    if (turn.rating !== rating) return;
    if (!stored) turn.rating = before;
    show();
    thanks.textContent = stored && rating ? "Thank you." : "";
    if (stored && rating === "down" && comments) row.append(commentForm());
  }

  function commentForm() {
    const label = "What was missing or wrong? (optional, no names please)";
    const field = make("textarea", {
      rows: "2",
      maxlength: String(LONGEST_COMMENT),
      "aria-label": label,
      placeholder: label,
      dir: "auto",
    });
    const form = make("form", {}, field, make("button", { class: "button" }, "Send comment"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const comment = field.value.trim();
      if (comment && !(await send(comment))) return;
      down.focus();
      form.remove();
      thanks.textContent = comment ? "Thank you for the comment." : "";
    });
    return form;
  }

  /**
   * A comment gets no answer. Who tells of weakness or numbness in it is told the same as in the conversation, whether
   * or not it could be stored.
   *
   * @param {string} comment
   */
  async function send(comment) {
    const { stored, urgent } = await store("down", comment);
    const said = urgent && renderMessage({ ...urgent, buttons: [], answer: null }, () => {});
    warning.replaceChildren(...(said ? [said] : []));
    return stored;
  }

  show();
  return {
    element: row,

    /** @param {Rating} rating what another tab chose */
    update(rating) {
      turn.rating = rating;
      show();
    },
  };
}
