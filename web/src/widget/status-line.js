import { make } from "./elements.js";

/**
 * A line that says how things stand. Screen readers read it out.
 */
export function makeStatusLine() {
  const element = make("p", { class: "status", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {string} sentence "" for nothing */
  function say(sentence) {
    clearTimeout(timer);
    if (element.textContent !== sentence) element.textContent = sentence;
  }

  return {
    element,
    say,

    /** @param {string} sentence something to know for a moment */
    mention(sentence) {
      say(sentence);
      timer = setTimeout(say, 6000, "");
    },
  };
}
