/**
 * A button that shows and hides a list of native buttons. Tab and the arrow keys move in it, Escape closes it.
 *
 * @param {HTMLElement} button
 * @param {HTMLElement} list
 * @param {Record<string, () => void>} actions by the `data-action` of each button in the list
 */
export function makeMenu(button, list, actions) {
  const items = () => [...list.querySelectorAll("button")];
  const isOpen = () => !list.hidden;

  /** @param {boolean} open */
  function set(open) {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  function close() {
    if (!isOpen()) return;
    set(false);
    button.focus();
  }

  /** @param {KeyboardEvent} event */
  function move(event) {
    const all = items();
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  }

  button.addEventListener("click", () => {
    set(!isOpen());
    if (isOpen()) items()[0]?.focus();
  });
  list.addEventListener("keydown", move);
  list.addEventListener("click", (event) => {
    const item = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!item) return;
    close();
    actions[item.dataset.action ?? ""]?.();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    // It is used up: the page around this one must not close the chat as well.
    event.preventDefault();
    close();
  });
  document.addEventListener("pointerdown", (event) => {
    const path = event.composedPath();
    if (isOpen() && !path.includes(list) && !path.includes(button)) set(false);
  });
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && relatedTarget !== button && !list.contains(relatedTarget))
      set(false);
  });
  set(false);
}
