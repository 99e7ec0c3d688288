const NAME = "conversation";
const VALID = /^[\w-]{22,64}$/;

/**
 * An id that nobody guesses: 144 random bits in 24 letters, digits, `-` and `_`.
 *
 * @param {Pick<Crypto, "getRandomValues">} random
 */
export function makeId(random = crypto) {
  const bytes = random.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/**
 * The id of the one conversation that this browser holds. It is read anew each time: another tab may have changed it.
 *
 * @param {import("./storage.js").Storage} storage
 */
export function keepConversationId(storage) {
  function renew() {
    const id = makeId();
    storage.set(NAME, id);
    return id;
  }

  return {
    renew,
    /** Whether there is one, so that something may have been said. */
    exists: () => VALID.test(storage.get(NAME) ?? ""),
    current() {
      const id = storage.get(NAME);
      return id && VALID.test(id) ? id : renew();
    },
  };
}
