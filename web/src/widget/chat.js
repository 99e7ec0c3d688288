// What we use of deep-chat: its field, its button, its list of messages with its scrolling, and its typing sign. What is
// sent, retried and kept is ours, so its own way of submitting is not used.

import "deep-chat";
import styles from "./chat.css";
import { unseen } from "./elements.js";
import { makeLiveRegion } from "./live-region.js";

/** @typedef {import("deep-chat").DeepChat} DeepChat */
/** @typedef {{ remove(): void }} Shown */

const SLOT = "twitchwise-slot";
const TYPING = ".deep-chat-loading-message-bubble";

/**
 * What deep-chat would set otherwise. It has to stand before the element is attached: without a font of ours it asks
 * Google for one, and a change later makes it begin anew.
 */
const STYLE = {
  fontFamily: "inherit",
  fontSize: "1rem",
  width: "100%",
  height: "100%",
  border: "0",
  backgroundColor: "transparent",
};

/** People with a mouse or a trackpad; on a phone, focus in the field would open the keyboard. */
const hasFinePointer = () => matchMedia("(hover: hover) and (pointer: fine)").matches;

/**
 * @param {HTMLElement} place
 * @param {object} given
 * @param {HTMLElement} given.notice shown until there is a first message
 * @param {HTMLElement} given.status a line between the messages and the field
 * @param {(text: string) => void} given.submit called with what was typed
 */
export async function makeChat(place, { notice, status, submit }) {
  const element = await attach(place, notice);
  const root = /** @type {ShadowRoot} */ (element.shadowRoot);
  /** @param {string} selector */
  const part = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const log = part("#messages");
  const field = part("#text-input");
  const button = part(".input-button");
  const live = makeLiveRegion(log);
  let typing = false;
  /** @type {HTMLElement | undefined} */
  let revealed;
  let revealedAt = 0;

  addStyles(root);
  part("#input").before(status);
  nameControls(field, button);
  new MutationObserver(() => nameTyping(root)).observe(log, { childList: true, subtree: true });

  // biome-ignore lint/performance/useDomNodeTextContent: in an editable element, only this one keeps the line breaks.
  const read = () => field.innerText.trim();
  // While a message is on its way it is only said that one has to wait.
  const trySubmit = () => {
    if (read()) submit(read());
  };
  takeOverSubmitting(root, field, button, trySubmit);

  /**
   * Put an element of ours into the list of messages. deep-chat gets a place to hold it, never its text.
   *
   * @param {"user" | "ai"} role
   * @param {HTMLElement} content
   * @returns {Shown}
   */
  function show(role, content) {
    element.addMessage({ role, html: `<div class="${SLOT}"></div>` });
    const slot = part(`.${SLOT}`);
    const outer = /** @type {HTMLElement} */ (slot.closest(".outer-message-container"));
    // What somebody typed need not be read out to them.
    if (role === "user") outer.setAttribute("aria-live", "off");
    slot.replaceWith(content);
    return { remove: () => outer.remove() };
  }

  return {
    show,
    live,
    read,

    /** Take all messages away, and show the notice again. */
    clear() {
      setTyping(false);
      element.clearMessages();
    },

    /** @param {string} text */
    write(text) {
      // biome-ignore lint/performance/useDomNodeTextContent: line breaks become <br>, as when they are typed.
      field.innerText = text;
      // deep-chat looks at the field only when it hears of a change.
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },

    /** @param {boolean} now whether a message is on its way, and no other can be sent */
    setBusy(now) {
      element.disableSubmitButton(now);
    },

    setTyping,

    focus,

    /** Focus the field where that opens no keyboard on the screen; elsewhere keep the place that was lost. */
    focusGently() {
      if (hasFinePointer()) focus();
      else if (!root.activeElement?.getClientRects().length) log.focus({ preventScroll: true });
    },

    scrollToEnd: () => setTimeout(() => element.scrollToBottom()),

    /**
     * Show the beginning of a reply, with the question above it where that is short. What matters is the reply: it may
     * tell of an emergency.
     *
     * @param {HTMLElement} content
     */
    reveal(content) {
      const isFirst = content !== revealed;
      revealed = content;
      // After deep-chat has scrolled to where it thinks best.
      setTimeout(() => {
        // Whoever scrolled in the meantime stays where they are.
        if (!isFirst && log.scrollTop !== revealedAt) return;
        const above = content.closest(".outer-message-container")?.previousElementSibling;
        const start = content.getBoundingClientRect().top;
        const question = start - (above?.getBoundingClientRect().top ?? start);
        const shown = Math.min(question + 8, log.clientHeight / 3);
        log.scrollTop += start - shown - log.getBoundingClientRect().top;
        revealedAt = log.scrollTop;
      });
    },
  };

  function focus() {
    field.focus();
    const caret = getSelection();
    caret?.selectAllChildren(field);
    caret?.collapseToEnd();
  }

  /** @param {boolean} now */
  function setTyping(now) {
    if (typing === now) return;
    typing = now;
    const sign = element.displayLoadingBubble;
    if (typeof sign === "object") sign.toggle();
  }
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} notice
 * @returns {Promise<DeepChat>}
 */
async function attach(place, notice) {
  const element = /** @type {DeepChat} */ (document.createElement("deep-chat"));
  Object.assign(element.style, STYLE);
  element.connect = { handler() {} };
  element.textInput = { placeholder: { text: "Ask a question" } };
  element.validateInput = (text) => Boolean(text?.trim());
  // An object with a switch: then it adds no <style>, which the page's policy forbids.
  element.displayLoadingBubble = { toggle() {} };
  // It writes these at the elements themselves, where no sheet of styles can change them.
  element.submitButtonStyles = {
    disabled: {
      container: { default: { backgroundColor: "var(--line)" } },
      svg: { styles: { default: { filter: "none" } } },
    },
  };
  element.append(notice);
  await new Promise((resolve) => {
    element.onComponentRender = () => resolve(undefined);
    place.replaceChildren(element);
  });
  // On a slow device it draws itself once before it has seen all of the above, and then anew.
  while (element._waitingToRender_) await new Promise((resolve) => setTimeout(resolve));
  return element;
}

/** @param {ShadowRoot} root */
function addStyles(root) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/**
 * @param {HTMLElement} field
 * @param {HTMLElement} button
 */
function nameControls(field, button) {
  field.setAttribute("role", "textbox");
  field.setAttribute("aria-multiline", "true");
  field.setAttribute("aria-label", "Your message");
  field.setAttribute("dir", "auto");
  button.setAttribute("role", "button");
  button.setAttribute("aria-label", "Send");
  button.setAttribute("title", "Send");
}

/** @param {ShadowRoot} root */
function nameTyping(root) {
  const bubble = root.querySelector(TYPING);
  if (!bubble || bubble.querySelector(".unseen")) return;
  bubble.closest(".outer-message-container")?.setAttribute("aria-live", "off");
  bubble.append(unseen("The assistant is typing"));
}

/**
 * Catch what submits before deep-chat hears of it: it would clear the field, show the text as Markdown and wait for an
 * answer in its own way.
 *
 * @param {ShadowRoot} root
 * @param {HTMLElement} field
 * @param {HTMLElement} button
 * @param {() => void} submit
 */
function takeOverSubmitting(root, field, button, submit) {
  /** @param {Event} event */
  const take = (event) => {
    event.preventDefault();
    event.stopPropagation();
    submit();
  };
  /** @param {Event} event */
  const isOnButton = (event) => event.composedPath().includes(button);

  root.addEventListener(
    "keydown",
    (event) => {
      const pressed = /** @type {KeyboardEvent} */ (event);
      const { key, shiftKey, ctrlKey } = pressed;
      if (isOnButton(event) && (key === "Enter" || key === " ")) take(event);
      const sends = key === "Enter" && !shiftKey && !ctrlKey && !isComposing(pressed);
      // On a phone, Enter begins a new line.
      if (event.target === field && sends && hasFinePointer()) take(event);
    },
    { capture: true },
  );
  root.addEventListener(
    "click",
    (event) => {
      if (isOnButton(event)) take(event);
    },
    { capture: true },
  );
  // The field keeps the focus, and a phone its keyboard.
  button.addEventListener("mousedown", (event) => event.preventDefault());
}

/**
 * Whether the key only confirms a word of an input method. Safari ends the word before it tells of the key.
 *
 * @param {KeyboardEvent} pressed
 */
function isComposing(pressed) {
  return pressed.isComposing || pressed.keyCode === 229;
}
