/** Browsers report changes a little later than they are made. */
const DELAY = 250;

/**
 * The conversation as screen readers follow it: what the assistant says is read out when it comes, but not what is only
 * shown again, such as the history.
 *
 * @param {HTMLElement} log
 */
export function makeLiveRegion(log) {
  let quiet = 0;
  log.setAttribute("role", "log");
  log.setAttribute("aria-label", "Conversation");
  log.setAttribute("tabindex", "0");
  log.setAttribute("aria-live", "polite");

  /** Be quiet until the function that is returned is called. */
  function hush() {
    quiet += 1;
    log.setAttribute("aria-live", "off");
    return () =>
      setTimeout(() => {
        quiet -= 1;
        if (quiet === 0) log.setAttribute("aria-live", "polite");
      }, DELAY);
  }

  return {
    hush,

    /**
     * Change the log without a word.
     *
     * @param {() => void} change
     */
    quietly(change) {
      const speak = hush();
      change();
      speak();
    },
  };
}
