const PREFIX = "twitchwise.";

/** @typedef {ReturnType<typeof makeStorage>} Storage */
/** @typedef {Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">} Area */

/**
 * Texts kept by the browser. Where it refuses (private windows, blocked sites, no space left), they are kept in memory,
 * and the page works until it is closed.
 *
 * @param {(() => Area)[]} areas the first that works is used; asked for late, since even naming one may be refused
 */
export function makeStorage(...areas) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  const area = areas.find(isUsable) ?? refuse;
  const persistent = area !== refuse;

  return {
    persistent,

    /** @param {string} name */
    get(name) {
      // What could not be written is newer than what the browser holds.
      if (!persistent || memory.has(name)) return memory.get(name) ?? null;
      try {
        return area().getItem(PREFIX + name);
      } catch {
        return null;
      }
    },

    /**
     * @param {string} name
     * @param {string} text
     */
    set(name, text) {
      try {
        area().setItem(PREFIX + name, text);
        memory.delete(name);
      } catch {
        memory.set(name, text);
      }
    },

    /** @param {string} name */
    remove(name) {
      memory.delete(name);
      try {
        area().removeItem(PREFIX + name);
      } catch {}
    },
  };
}

/** @returns {never} */
function refuse() {
  throw new Error("nothing is kept here");
}

/** @param {() => Area} area */
function isUsable(area) {
  try {
    area().setItem(`${PREFIX}try`, "1");
    area().removeItem(`${PREFIX}try`);
    return true;
  } catch {
    return false;
  }
}
