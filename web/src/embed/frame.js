import { guarded } from "./warnings.js";

/** @typedef {"none" | "loading" | "ready" | "failed"} State */

/** How long the chat may take until people are told that it cannot be reached. */
export const PATIENCE = 10_000;

/**
 * The chat's address. What it has to know stands behind the `#`, so that no server is told.
 *
 * @param {import("./options.js").Options} options
 */
export function frameAddress({ origin, title, color, language }) {
  const told = new URLSearchParams({ lang: language });
  if (title) told.set("title", title);
  if (color) told.set("color", color);
  return `${origin}/chat#embed&${told}`;
}

/**
 * The frame that holds the chat, and what is said between it and us. The frame's page cannot be looked into: that it is
 * there is known only by its word.
 *
 * @param {HTMLElement} place where the frame is put
 * @param {import("./options.js").Options} options
 * @param {string} title
 * @param {{ changed(state: State): void, close(): void }} tell
 */
export function makeFrame(place, options, title, tell) {
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  /** @type {State} */
  let state = "none";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const become = guarded((/** @type {State} */ next) => {
    clearTimeout(timer);
    state = next;
    tell.changed(next);
  });

  window.addEventListener(
    "message",
    guarded((event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== options.origin) return;
      const type = event.data?.type;
      if (type === "twitchwise:ready") become("ready");
      if (type === "twitchwise:close") tell.close();
    }),
  );

  return {
    state: () => state,

    /** Load the chat. A frame that failed is replaced, since giving it the same address would load nothing. */
    load() {
      frame = document.createElement("iframe");
      frame.title = title;
      frame.setAttribute("referrerpolicy", "no-referrer");
      frame.setAttribute("allow", "clipboard-write");
      frame.src = frameAddress(options);
      place.replaceChildren(frame);
      become("loading");
      timer = setTimeout(become, PATIENCE, "failed");
    },

    focus() {
      frame?.focus();
      if (state === "ready")
        frame?.contentWindow?.postMessage({ type: "twitchwise:focus" }, options.origin);
    },
  };
}
