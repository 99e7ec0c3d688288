// The shapes of what the server sends, as docs/http.md describes them. Only types stand here.

/** @typedef {{ title: string, publisher: string, url: string }} Source */

/**
 * @typedef {object} Answer
 * @property {string} answer_id
 * @property {string} text
 * @property {string[]} bullets
 * @property {string} reviewed
 * @property {string} confidence
 * @property {Source[]} sources
 */

/** @typedef {{ title: string, payload: string | null, url: string | null }} Button */

/**
 * @typedef {object} Message
 * @property {"emergency" | "escalation" | "answer" | "text" | "conditional" | "advice" | "reminder" | "disclaimer"} kind
 * @property {string} text
 * @property {Button[]} buttons
 * @property {Answer | null} answer
 */

/** @typedef {"up" | "down" | null} Rating */

/**
 * What a comment is answered that tells of weakness, numbness or an emergency.
 *
 * @typedef {{ kind: "emergency" | "escalation", text: string }} Urgent
 */

/**
 * What was asked, and all that was said to it.
 *
 * @typedef {object} Turn
 * @property {string} id
 * @property {string} at
 * @property {string} message what was typed, or what stood on the button
 * @property {Message[]} messages
 * @property {string} [outcome]
 * @property {Rating} [rating]
 * @property {boolean} [failed]
 * @property {string} [error]
 */

/**
 * A message on its way to the server.
 *
 * @typedef {object} Pending
 * @property {string} id
 * @property {string} message what the server gets: the text, or the payload of a button
 * @property {string} [title] what stood on the button
 */

export {};
