import { make, makeButton, makeIcon, makeLink, paragraphs, unseen } from "./elements.js";
import { safeAddress } from "./links.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Button} Button */
/** @typedef {(button: { payload: string, title: string }) => void} Choose */

/**
 * Kinds that are set apart: by a word and an icon as well as by their border, since not everybody sees colors.
 *
 * @type {Partial<Record<Message["kind"], { word: string, icon: import("./elements.js").Icon }>>}
 */
const CARDS = {
  emergency: { word: "Emergency", icon: "alert" },
  escalation: { word: "See a doctor", icon: "doctor" },
  conditional: { word: "When to see a doctor", icon: "info" },
  advice: { word: "When to see a doctor", icon: "info" },
  reminder: { word: "Good to know", icon: "info" },
};

/** The first sentence, where more follows and it is not a whole paragraph. */
const LEAD = /^(.{10,220}?[.!?])\s+(?=["“(]?[\p{Lu}\d])(.+)$/su;

/**
 * What the person said.
 *
 * @param {string} text
 */
export function renderQuestion(text) {
  return make("div", { class: "question" }, unseen("You: "), ...paragraphs(text));
}

/**
 * A message of the assistant.
 *
 * @param {Message} message
 * @param {Choose} choose called with the button that was pressed
 */
export function renderMessage(message, choose) {
  if (message.kind === "disclaimer")
    return make("p", { class: "disclaimer", dir: "auto" }, message.text);
  const card = CARDS[message.kind];
  const block = make("div", { class: card ? `card ${message.kind}` : `part ${message.kind}` });
  if (card) block.append(make("h3", { class: "word" }, makeIcon(card.icon), card.word));
  if (message.answer) block.append(...renderAnswer(message.answer));
  else block.append(...paragraphs(message.text ?? ""));
  const buttons = (message.buttons ?? []).map((button) => renderButton(button, choose));
  if (buttons.length > 0) block.append(make("div", { class: "buttons" }, ...buttons));
  return block;
}

/**
 * The heading of one of several answers.
 *
 * @param {number} number
 * @param {number} count
 */
export function renderHeading(number, count) {
  return make("h3", { class: "heading", "aria-live": "off" }, `Answer ${number} of ${count}`);
}

/** @param {Answer} answer */
function renderAnswer({ text, bullets, sources, reviewed }) {
  const parts = renderText(text ?? "");
  if (bullets?.length > 0)
    parts.push(make("ul", { dir: "auto" }, ...bullets.map((bullet) => make("li", {}, bullet))));
  if (sources?.length > 0) parts.push(renderSources(sources, reviewed));
  return parts;
}

/**
 * @param {string} text
 * @returns {HTMLElement[]}
 */
function renderText(text) {
  const [, lead, rest] = LEAD.exec(text) ?? [];
  if (!lead || !rest) return paragraphs(text);
  return [make("p", { class: "lead", dir: "auto" }, lead), ...paragraphs(rest)];
}

/**
 * @param {Answer["sources"]} sources
 * @param {string} reviewed
 */
function renderSources(sources, reviewed) {
  const items = sources.map(({ title, publisher, url }) => {
    const address = safeAddress(url, ["http:", "https:"]);
    const name = address ? makeLink(address, title) : make("span", {}, title);
    const by = publisher ? [make("span", { class: "publisher" }, ` – ${publisher}`)] : [];
    return make("li", { class: "source", dir: "auto" }, name, ...by);
  });
  const list = make("ul", {}, ...items);
  const checked = reviewed
    ? [make("p", { class: "checked" }, `Checked on ${longDate(reviewed)}`)]
    : [];
  const heading = make(
    "p",
    { class: "sources-heading" },
    sources.length > 1 ? "Sources" : "Source",
  );
  return make("div", { class: "sources" }, heading, list, ...checked);
}

/**
 * @param {Button} button
 * @param {Choose} choose
 */
function renderButton({ title, payload, url }, choose) {
  const address = safeAddress(url);
  if (address) return makeLink(address, title, { class: "button", dir: "auto" });
  if (!payload) return make("span", { dir: "auto" }, title);
  return makeButton({ class: "button", dir: "auto" }, () => choose({ payload, title }), title);
}

/**
 * @param {string} date as `2026-11-01`
 * @returns {string} as `1 November 2026`, or as it was given
 */
export function longDate(date) {
  const day = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return date;
  return day.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}
