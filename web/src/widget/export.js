import { longDate } from "./render.js";
import { disclaimerOf } from "./transcript.js";

/** @typedef {import("./types.js").Turn} Turn */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {{ name: string, version: string, disclaimer: string }} About */

/**
 * The conversation as people read it.
 *
 * @param {Turn[]} turns
 * @param {About} about
 * @param {Date} now
 */
export function asText(turns, { name, disclaimer }, now) {
  const blocks = [`Conversation with ${name}\nSaved on ${localTime(now.toISOString())}`];
  for (const turn of turns) {
    blocks.push(`[${localTime(turn.at)}]\nYou: ${turn.message}`);
    for (const message of turn.messages)
      if (message.kind !== "disclaimer") blocks.push(messageText(name, message));
    blocks.push(disclaimerOf(turn) || disclaimer);
  }
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

/**
 * What the page says by a heading.
 *
 * @type {Partial<Record<string, string>>}
 */
const WORDS = { emergency: "EMERGENCY: ", escalation: "SEE A DOCTOR: " };

/**
 * The conversation as programs read it.
 *
 * @param {Turn[]} turns
 * @param {About} about
 * @param {Date} now
 */
export function asJson(turns, { name, version, disclaimer }, now) {
  const conversation = {
    assistant: name,
    version,
    saved: now.toISOString(),
    disclaimer,
    turns: turns.map(({ at, message, messages, outcome, rating }) => ({
      at,
      message,
      outcome: outcome ?? null,
      rating: rating ?? null,
      replies: messages.map(({ kind, text, answer }) => ({ kind, text, answer })),
    })),
  };
  return `${JSON.stringify(conversation, null, 2)}\n`;
}

/**
 * @param {string} name
 * @param {Message} message
 */
function messageText(name, { kind, text, answer }) {
  const word = WORDS[kind] ?? "";
  if (!answer) return `${name}: ${word}${text}`;
  const lines = [
    `${name}: ${word}${answer.text}`,
    ...answer.bullets.map((bullet) => `- ${bullet}`),
  ];
  if (answer.sources.length > 0) {
    lines.push(`Sources (checked on ${longDate(answer.reviewed)}):`);
    for (const { title, publisher, url } of answer.sources)
      lines.push(`- ${[title, publisher, url].filter(Boolean).join(", ")}`);
  }
  return lines.join("\n");
}

/** @param {string} moment */
function localTime(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime())
    ? moment
    : date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}
