// Starts the page.

import { makeApi } from "./api.js";
import { makeChat } from "./chat.js";
import { makeConversation } from "./conversation.js";
import { keepConversationId } from "./conversation-id.js";
import { makeCookieArea } from "./cookie-area.js";
import { makeQuestion, openDialog } from "./dialog.js";
import { make } from "./elements.js";
import { readEmbedding, talkToParent, useAccent } from "./embedding.js";
import { asJson, asText } from "./export.js";
import { copy, download } from "./files.js";
import { makeMenu } from "./menu.js";
import { aboutParagraphs, contactParagraphs, emergencyLine, renderNotice } from "./notice.js";
import { makeOutbox } from "./outbox.js";
import { readSettings } from "./settings.js";
import { makeStatusLine } from "./status-line.js";
import { makeStorage } from "./storage.js";
import { makeTabs } from "./tabs.js";

/** @typedef {Awaited<ReturnType<typeof startConversation>>} Parts */

/**
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 */
const byId = (id) => /** @type {Kind} */ (document.getElementById(id));

async function start() {
  const settings = readSettings(document);
  const embedding = readEmbedding(location.hash, window.parent !== window);
  byId("name").textContent = embedding.title || settings.name;
  byId("emergency").replaceChildren(...emergencyLine(settings));
  if (embedding.color) useAccent(document.documentElement.style, embedding.color);

  const parts = await startConversation(settings);
  const parent = talkToParent(window, parts.chat.focusGently);
  startMenu(settings, parts);
  if (embedding.embedded) startClosing(parent.close);
  parent.ready();
  await parts.conversation.begin();
}

/** @param {import("./settings.js").Settings} settings */
async function startConversation(settings) {
  const storage = makeStorage(
    () => localStorage,
    ...(window.parent === window ? [] : [() => makeCookieArea(document, settings.days)]),
  );
  const id = keepConversationId(storage);
  const outbox = makeOutbox(storage);
  const api = makeApi({ base: settings.api });
  const status = makeStatusLine();
  const tabs = makeTabs(window, storage, (news) => {
    if (news === "changed") conversation.refresh();
    // Without a storage each tab has a conversation of its own.
    else if (storage.persistent) conversation.reset();
  });
  const chat = await makeChat(byId("chat"), {
    notice: renderNotice(settings, storage.persistent, (choice) => conversation.choose(choice)),
    status: status.element,
    submit: (text) => conversation.submit(text),
  });
  const conversation = makeConversation({
    settings,
    api,
    outbox,
    id,
    chat,
    status,
    tell: tabs.tell,
  });

  window.addEventListener("online", conversation.wake);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") conversation.wake();
  });
  return { chat, conversation, status, storage };
}

/**
 * @param {import("./settings.js").Settings} settings
 * @param {Parts} parts
 */
function startMenu(settings, { chat, conversation, status, storage }) {
  const forgetting = makeQuestion(byId("forget"), conversation.forget);

  async function forget() {
    if (!(await forgetting.ask())) return;
    status.mention("The conversation is deleted.");
    chat.focus();
  }

  async function copyAll() {
    const copied = await copy(asText(conversation.turns(), settings, new Date()));
    status.mention(copied ? "Copied." : "Your browser does not allow copying here.");
  }

  function about() {
    const parts = [
      make("p", {}, ...emergencyLine(settings)),
      ...contactParagraphs(settings),
      ...aboutParagraphs(settings, storage.persistent),
      make("p", { class: "version" }, `Version ${settings.version}`),
    ];
    aboutDialog.querySelector(".text")?.replaceChildren(...parts);
    openDialog(aboutDialog);
    // Not the first link, which is at its end.
    byId("about-title").focus();
  }

  const aboutDialog = /** @type {HTMLDialogElement} */ (byId("about"));
  aboutDialog.querySelector(".cancel")?.addEventListener("click", () => aboutDialog.close());
  makeMenu(byId("menu-button"), byId("menu"), {
    restart: () => conversation.choose({ payload: "/restart", title: "Start again" }),
    copy: copyAll,
    text: () => save("txt", "text/plain;charset=utf-8", asText),
    json: () => save("json", "application/json", asJson),
    about,
    forget,
  });

  /**
   * @param {string} ending
   * @param {string} type
   * @param {typeof asText} write
   */
  function save(ending, type, write) {
    const now = new Date();
    const name = `conversation-${now.toISOString().slice(0, 10)}.${ending}`;
    download(name, type, write(conversation.turns(), settings, now));
  }
}

/**
 * In another site's page: a button and the Escape key close the chat.
 *
 * @param {() => void} close
 */
function startClosing(close) {
  const button = byId("close-button");
  button.hidden = false;
  button.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    const isFree = !event.defaultPrevented && !event.isComposing;
    if (event.key === "Escape" && isFree && !document.querySelector("dialog[open]")) close();
  });
}

start().catch((error) => {
  console.error(error);
  const sentence =
    "This page does not work in your browser. Please try a newer one, or ask a doctor or pharmacist.";
  byId("chat").replaceChildren(make("p", { class: "broken" }, sentence));
});
