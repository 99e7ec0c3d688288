// The one script that other sites load:
//
//   <script src="https://your-server.example/chat/embed.js" defer></script>
//
// It adds a round button in a corner of the page. The chat itself is a page of our server in a frame, which is loaded
// when the button is first pressed: until then nothing but this script is asked for, and the site never sees the chat.

import styles from "./embed.css";
import { makeLauncher } from "./launcher.js";
import { readOptions } from "./options.js";
import { guarded, warn } from "./warnings.js";

/** @typedef {import("./launcher.js").Chat} Chat */
const page = /** @type {Window & { twitchwise?: Chat }} */ (/** @type {unknown} */ (window));

/**
 * The script element that loaded this file. Where it is run as a module there is no current script; then it is found by
 * its address.
 */
const script = /** @type {HTMLScriptElement | null} */ (
  document.currentScript ?? document.querySelector('script[src*="/chat/embed.js"]')
);

const start = guarded(() => {
  if (typeof page.twitchwise?.toggle === "function") return;
  const origin = script?.src ? new URL(script.src).origin : "";
  if (!script || !origin.startsWith("http")) {
    warn('load the script from its server: <script src="https://…/chat/embed.js" defer>');
    return;
  }
  const options = readOptions(script.dataset, origin, document.documentElement.lang);
  page.twitchwise = makeLauncher(options, styles);
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
