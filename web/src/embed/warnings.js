/** @param {unknown} what is told to the site's developer, and nobody else */
export function warn(what) {
  console.warn("[twitchwise]", what);
}

/**
 * Nothing that goes wrong here may stop the page that we are a guest on.
 *
 * @template {unknown[]} Given
 * @param {(...given: Given) => void} act
 * @returns {(...given: Given) => void}
 */
export function guarded(act) {
  return (...given) => {
    try {
      act(...given);
    } catch (error) {
      warn(error);
    }
  };
}
