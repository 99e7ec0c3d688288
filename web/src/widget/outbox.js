const NAME = "outbox";

/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {ReturnType<typeof makeOutbox>} Outbox */

/**
 * Messages that were sent and have not got their end mark. They outlive a reload, and keep their ids: the server says
 * nothing twice.
 *
 * @param {import("./storage.js").Storage} storage
 */
export function makeOutbox(storage) {
  /** @returns {(Pending & { conversation: string })[]} */
  function read() {
    try {
      const kept = JSON.parse(storage.get(NAME) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isPending) : [];
    } catch {
      return [];
    }
  }

  /** @param {(Pending & { conversation: string })[]} kept */
  function write(kept) {
    if (kept.length > 0) storage.set(NAME, JSON.stringify(kept));
    else storage.remove(NAME);
  }

  return {
    /**
     * @param {string} conversation
     * @returns {Pending[]} oldest first
     */
    list(conversation) {
      return read()
        .filter((one) => one.conversation === conversation)
        .map(({ id, message, title }) =>
          title === undefined ? { id, message } : { id, message, title },
        );
    },

    /**
     * @param {string} conversation
     * @param {Pending} pending
     */
    add(conversation, pending) {
      write([...read().filter((one) => one.id !== pending.id), { ...pending, conversation }]);
    },

    /** @param {string} id */
    remove(id) {
      write(read().filter((one) => one.id !== id));
    },

    clear() {
      storage.remove(NAME);
    },
  };
}

/** @param {unknown} one another version of this page may have written anything */
function isPending(one) {
  const fields = /** @type {Record<string, unknown> | null} */ (one);
  return (
    typeof fields?.id === "string" &&
    typeof fields.message === "string" &&
    typeof fields.conversation === "string" &&
    ["string", "undefined"].includes(typeof fields.title)
  );
}
