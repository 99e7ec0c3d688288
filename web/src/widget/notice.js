import { make, makeButton, makeLink } from "./elements.js";
import { safeAddress, telephone } from "./links.js";

/** @typedef {import("./settings.js").Settings} Settings */

/**
 * What people are told before they ask.
 *
 * @param {Settings} settings
 * @param {boolean} kept whether the browser keeps anything for us
 * @param {import("./render.js").Choose} choose
 */
export function renderNotice(settings, kept, choose) {
  const starters = settings.starters.map((starter) =>
    makeButton({ class: "button", dir: "auto" }, () => choose(starter), starter.title),
  );
  const questions =
    starters.length > 0
      ? [
          make("h3", { class: "begin" }, "You could begin with"),
          make("div", { class: "buttons" }, ...starters),
        ]
      : [];
  return make(
    "div",
    { class: "notice" },
    make("h3", {}, "Before you ask"),
    ...aboutParagraphs(settings, kept),
    ...questions,
  );
}

const READ_LATER =
  "Nobody reads along while you write. The people who run this page may read parts of it later.";

/** @param {number} days 0 for good */
function period(days) {
  if (days === 0) return "";
  return days === 1 ? " for 1 day" : ` for ${days} days`;
}

/**
 * @param {Settings} settings
 * @param {boolean} kept
 */
export function aboutParagraphs({ name, days, textsRead }, kept) {
  const texts = [
    `${name} is a computer program. It answers questions about muscle twitching and nutrition from sources that were checked. It cannot examine you or say what you have.`,
    "It is not for emergencies, and it does not replace a doctor.",
    `${textsRead ? READ_LATER : "Nobody reads along."} Your conversation is kept on this server${period(days)}. You can delete it at any time from the menu.`,
  ];
  if (!kept)
    texts.push(
      "This browser does not let the page keep anything. When you close or reload it, you cannot come back to this conversation.",
    );
  return texts.map((text) => make("p", { dir: "auto" }, text));
}

/**
 * The one line that is always in sight.
 *
 * @param {Settings} settings
 * @returns {(Node | string)[]}
 */
export function emergencyLine({ emergencyNumber, emergencyPhone }) {
  const number = emergencyPhone
    ? makeLink(telephone(emergencyPhone), emergencyNumber)
    : emergencyNumber;
  return ["Not for emergencies. In an emergency call ", number, "."];
}

/**
 * Whom people can reach: the crisis line, and the operator's own contact.
 *
 * @param {Settings} settings
 */
export function contactParagraphs({ crisisLine, crisisPhone, contact }) {
  const parts = [];
  if (crisisLine)
    parts.push(
      make(
        "p",
        {},
        `If you think of ending your life: ${crisisLine}`,
        ...(crisisPhone ? [", ", makeLink(telephone(crisisPhone), crisisPhone)] : []),
        ".",
      ),
    );
  if (contact) {
    const { name, phone, url, hours } = contact;
    const address = safeAddress(url, ["http:", "https:"]);
    const ways = [
      ...(phone ? [makeLink(telephone(phone), phone)] : []),
      ...(address ? [makeLink(address, "website")] : []),
      ...(hours ? [hours] : []),
    ].flatMap((way) => [", ", way]);
    parts.push(make("p", {}, `To talk to somebody: ${name}`, ...ways, "."));
  }
  return parts;
}
