/**
 * An address that may become a link; anything else is shown as text.
 *
 * @param {string | null | undefined} address
 * @param {string[]} schemes
 * @returns {string} "" where it may not
 */
export function safeAddress(address, schemes = ["http:", "https:", "tel:"]) {
  try {
    const url = new URL(address ?? "");
    return schemes.includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/**
 * @param {string | null | undefined} number as people write it
 * @returns {string} the address that calls it, or ""
 */
export function telephone(number) {
  const digits = (number ?? "").replace(/[^\d+]/g, "");
  return digits ? `tel:${digits}` : "";
}
