const CHANNEL = "twitchwise";
const NAME = "news";

/** @typedef {"changed" | "forgotten"} News */
/** @typedef {Pick<Window, "addEventListener"> & { BroadcastChannel?: typeof BroadcastChannel }} Page */

/**
 * Tell the other tabs of this browser what happened to the conversation that they share. Nothing of it is told: they ask
 * the server.
 *
 * @param {Page} page
 * @param {import("./storage.js").Storage} storage
 * @param {(news: News) => void} heard
 */
export function makeTabs(page, storage, heard) {
  /** @param {unknown} news */
  const hear = (news) => {
    if (news === "changed" || news === "forgotten") heard(news);
  };

  if (typeof page.BroadcastChannel === "function") {
    const channel = new page.BroadcastChannel(CHANNEL);
    channel.addEventListener("message", (event) => hear(event.data));
    return { tell: /** @param {News} news */ (news) => channel.postMessage(news) };
  }

  // Browsers tell other tabs, and only them, when a text in the storage becomes another one.
  page.addEventListener("storage", (/** @type {StorageEvent} */ event) => {
    if (event.key?.endsWith(`.${NAME}`)) hear(event.newValue?.split(" ")[0]);
  });
  return { tell: /** @param {News} news */ (news) => storage.set(NAME, `${news} ${Date.now()}`) };
}
