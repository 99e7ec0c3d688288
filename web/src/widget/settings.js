/** @typedef {{ title: string, payload: string }} Starter */
/** @typedef {{ name: string, phone: string, url: string, hours: string }} Contact */

/**
 * @typedef {object} Settings
 * @property {string} name
 * @property {string} version
 * @property {string} api
 * @property {number} largestMessage
 * @property {number} days how long a conversation is kept; 0 for good
 * @property {string} emergencyNumber
 * @property {string} emergencyPhone digits to call, or "" where the number is only described
 * @property {string} crisisLine
 * @property {string} crisisPhone
 * @property {Contact | null} contact
 * @property {Starter[]} starters
 * @property {string} disclaimer
 * @property {boolean} comments whether comments on an answer are asked for
 * @property {boolean} textsRead whether the operator may read what some people wrote
 */

/**
 * Read what the server wrote into the page.
 *
 * @param {Document} page
 * @returns {Settings}
 */
export function readSettings(page) {
  const told = JSON.parse(page.getElementById("settings")?.textContent || "{}");
  return {
    name: told.name || page.title || "Assistant",
    version: told.version || "",
    api: told.api || "/webhooks/rest",
    largestMessage: told.largestMessage || 200_000,
    days: told.days ?? 30,
    emergencyNumber: told.emergencyNumber || "your local emergency number",
    emergencyPhone: told.emergencyPhone || "",
    crisisLine: told.crisisLine || "",
    crisisPhone: told.crisisPhone || "",
    contact: told.contact ?? null,
    starters: told.starters ?? [],
    disclaimer: told.disclaimer || "",
    comments: told.comments === true,
    textsRead: told.textsRead === true,
  };
}
