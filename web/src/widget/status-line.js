import { make } from "./elements.js";

/**
 * A line that says how things stand. Screen readers read it out.
 */
export function makeStatusLine() {
  const element = make("p", { class: "status", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** What holds until something else is said. */
  let lasting = "";

  /** @param {string} sentence */
  function show(sentence) {
    clearTimeout(timer);
    if (element.textContent !== sentence) element.textContent = sentence;
  }

  /** @param {string} sentence "" for nothing */
  function say(sentence) {
    lasting = sentence;
    show(sentence);
  }

  return {
    element,
    say,

    /** @param {string} sentence something to know for a moment; then what held before is there again */
    mention(sentence) {
      show(sentence);
      timer = setTimeout(() => show(lasting), 6000);
    },
  };
}
