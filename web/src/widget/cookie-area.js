/** An id of a conversation fits; what people write must not be in a cookie, which travels with requests. */
const LONGEST = 64;
const DAY = 86_400;
/** Browsers keep no cookie longer. */
const MOST_DAYS = 400;

/**
 * A place for short texts in a frame whose storage the browser refuses, as many do to frames of other sites. A
 * partitioned cookie is no way to follow people: each site that embeds the frame has one of its own, which no other
 * page can read.
 *
 * @param {Pick<Document, "cookie">} page
 * @param {number} days how long a text is kept; 0 for as long as the browser keeps it
 * @returns {import("./storage.js").Area}
 */
export function makeCookieArea(page, days) {
  const lasting = Math.min(days || MOST_DAYS, MOST_DAYS) * DAY;

  /** @param {string} name */
  function getItem(name) {
    const pairs = page.cookie.split("; ").map((pair) => pair.split("="));
    return pairs.find(([given]) => given === name)?.[1] ?? null;
  }

  /**
   * @param {string} name
   * @param {string} text
   * @param {number} seconds
   */
  function write(name, text, seconds) {
    page.cookie = `${name}=${text}; Path=/chat; Secure; SameSite=None; Partitioned; Max-Age=${seconds}`;
  }

  return {
    getItem,

    setItem(name, text) {
      if (!/^[\w-]*$/.test(text) || text.length > LONGEST)
        throw new Error("only ids are kept here");
      write(name, text, lasting);
      // Over plain http the browser says nothing, and keeps nothing.
      if (getItem(name) !== text) throw new Error("the browser does not keep it");
    },

    removeItem: (name) => write(name, "", 0),
  };
}
