import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Failure } from "../src/widget/failure.js";
import { makeFeedback } from "../src/widget/feedback.js";
import { loadHistory } from "../src/widget/history.js";
import { makeLiveRegion } from "../src/widget/live-region.js";
import { makeMenu } from "../src/widget/menu.js";
import { emergencyLine, renderNotice } from "../src/widget/notice.js";
import { readSettings } from "../src/widget/settings.js";
import { page } from "./dom.js";

/** @param {object} told */
function settingsFrom(told) {
  document.body.innerHTML = '<script type="application/json" id="settings"></script>';
  const block = /** @type {HTMLElement} */ (document.getElementById("settings"));
  block.textContent = JSON.stringify(told);
  return readSettings(document);
}

test("what the server leaves out has a value that is safe", () => {
  const settings = settingsFrom({ name: "Twitchwise", emergencyPhone: null, contact: null });
  assert.equal(settings.emergencyPhone, "");
  assert.equal(settings.emergencyNumber, "your local emergency number");
  assert.deepEqual(settings.starters, []);
  assert.equal(settings.comments, false);
});

test("the emergency number is a link only where it is a number", () => {
  const line = document.createElement("p");
  line.append(...emergencyLine(settingsFrom({ emergencyNumber: "112", emergencyPhone: "112" })));
  assert.equal(line.textContent, "Not for emergencies. In an emergency call 112.");
  assert.equal(line.querySelector("a")?.getAttribute("href"), "tel:112");
  line.replaceChildren(...emergencyLine(settingsFrom({ emergencyNumber: "your doctor" })));
  assert.equal(line.textContent, "Not for emergencies. In an emergency call your doctor.");
  assert.equal(line.querySelector("a"), null);
});

test("the notice says how long a conversation is kept, and where it is not kept at all", () => {
  const settings = settingsFrom({ days: 7, starters: [{ title: "Which foods?", payload: "q:1" }] });
  /** @type {unknown[]} */
  const chosen = [];
  const notice = renderNotice(settings, true, (starter) => chosen.push(starter));
  assert.match(notice.textContent ?? "", /for 7 days/);
  assert.doesNotMatch(notice.textContent ?? "", /does not let the page keep/);
  notice.querySelector("button")?.click();
  assert.deepEqual(chosen, [{ title: "Which foods?", payload: "q:1" }]);
  assert.match(renderNotice(settings, false, () => {}).textContent ?? "", /does not let the page/);
});

test("the notice promises no more than what holds", () => {
  /** @param {object} told */
  const noticeFor = (told) =>
    renderNotice(settingsFrom(told), true, () => {}).textContent?.replace(/\s+/g, " ") ?? "";
  assert.match(noticeFor({ days: 30 }), /Nobody reads along\. .* for 30 days\./);
  assert.match(noticeFor({ days: 1 }), / for 1 day\./);
  assert.match(noticeFor({ days: 0 }), /is kept on this server\. /);
  assert.match(noticeFor({ textsRead: true }), /may read parts of it later/);
});

function openMenu() {
  document.body.innerHTML =
    '<button id="b"></button><ul id="m"><li><button data-action="one">1</button></li>' +
    '<li><button data-action="two">2</button></li></ul><button id="other"></button>';
  const [button, list] = ["b", "m"].map((id) => document.getElementById(id));
  /** @type {string[]} */
  const done = [];
  assert.ok(button && list);
  makeMenu(button, list, { one: () => done.push("one"), two: () => done.push("two") });
  assert.equal(list.hidden, true, "it is closed at first");
  button.click();
  /** @param {string} key */
  const press = (key) => {
    const event = new page.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
    return event;
  };
  return { button, list, done, press };
}

test("the menu opens with its first entry, and the arrow keys go round", () => {
  const { button, press } = openMenu();
  assert.equal(button.getAttribute("aria-expanded"), "true");
  assert.equal(document.activeElement?.textContent, "1");
  press("ArrowDown");
  assert.equal(document.activeElement?.textContent, "2");
  press("ArrowDown");
  assert.equal(document.activeElement?.textContent, "1");
  press("ArrowUp");
  assert.equal(document.activeElement?.textContent, "2");
  press("Home");
  assert.equal(document.activeElement?.textContent, "1");
  press("End");
  assert.equal(document.activeElement?.textContent, "2");
});

test("Escape closes the menu, gives the focus back, and is used up", () => {
  const { button, list, press } = openMenu();
  assert.equal(press("Escape").defaultPrevented, true);
  assert.equal(list.hidden, true);
  assert.equal(button.getAttribute("aria-expanded"), "false");
  assert.equal(document.activeElement, button);
  assert.equal(press("Escape").defaultPrevented, false, "a second one is for the page around");
});

test("an entry of the menu closes it and does its work", () => {
  const { list, done } = openMenu();
  list.querySelectorAll("button")[1]?.click();
  assert.deepEqual(done, ["two"]);
  assert.equal(list.hidden, true);
});

test("the menu closes when the focus goes elsewhere", () => {
  const { list } = openMenu();
  document.getElementById("other")?.focus();
  assert.equal(list.hidden, true);
});

test("the log is quiet while what was said before is shown, and then speaks", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const log = document.createElement("div");
  const live = makeLiveRegion(log);
  assert.equal(log.getAttribute("role"), "log");
  assert.equal(log.getAttribute("aria-live"), "polite");
  const speak = live.hush();
  live.quietly(() => assert.equal(log.getAttribute("aria-live"), "off"));
  mock.timers.tick(1000);
  assert.equal(log.getAttribute("aria-live"), "off", "the history is not there yet");
  speak();
  assert.equal(log.getAttribute("aria-live"), "off", "browsers look a little later");
  mock.timers.tick(1000);
  assert.equal(log.getAttribute("aria-live"), "polite");
  mock.timers.reset();
});

/**
 * @param {{ comments?: boolean, stores?: boolean, reply?: import("../src/widget/feedback.js").Outcome }} given
 */
function feedbackFor({ comments = false, stores = true, reply = { stored: true, urgent: null } }) {
  /** @type {any} */
  const turn = { id: "message-1", rating: null };
  /** @type {unknown[][]} */
  const stored = [];
  const feedback = makeFeedback(turn, comments, async (...what) => {
    stored.push(what);
    return what.length > 1 ? reply : { stored: stores, urgent: null };
  });
  const pressed = () =>
    [...feedback.element.querySelectorAll("[aria-pressed=true]")].map((button) =>
      button.getAttribute("aria-label"),
    );
  /** @param {string} name */
  const press = async (name) => {
    const button = feedback.element.querySelector(`[aria-label="${name}"]`);
    /** @type {HTMLButtonElement} */ (button).click();
    await new Promise(setImmediate);
  };
  /** @param {string} text */
  const comment = async (text) => {
    if (!feedback.element.querySelector("form")) await press(DID_NOT);
    const field = feedback.element.querySelector("textarea");
    const form = feedback.element.querySelector("form");
    assert.ok(field && form);
    field.value = text;
    form.dispatchEvent(new page.Event("submit", { cancelable: true }));
    await new Promise(setImmediate);
  };
  const warning = /** @type {HTMLElement} */ (feedback.element.querySelector("[role=alert]"));
  return { feedback, stored, pressed, press, comment, warning };
}
const [HELPED, DID_NOT] = ["This answer helped", "This answer did not help"];

test("a thumb is stored, the other one replaces it, and again it is taken back", async () => {
  const { stored, pressed, press } = feedbackFor({});
  await press(HELPED);
  assert.deepEqual(pressed(), [HELPED]);
  await press(DID_NOT);
  assert.deepEqual(pressed(), [DID_NOT]);
  await press(DID_NOT);
  assert.deepEqual(pressed(), []);
  assert.deepEqual(stored, [["up"], ["down"], [null]]);
});

test("a thumb that could not be stored is not shown", async () => {
  const { pressed, press } = feedbackFor({ stores: false });
  await press(HELPED);
  assert.deepEqual(pressed(), []);
});

test("what another tab chose is shown", () => {
  const { feedback, pressed } = feedbackFor({});
  feedback.update("down");
  assert.deepEqual(pressed(), [DID_NOT]);
});

test("a comment is asked for only after a thumb down, and only where it is kept", async () => {
  const off = feedbackFor({});
  await off.press(DID_NOT);
  assert.equal(off.feedback.element.querySelector("form"), null);

  const on = feedbackFor({ comments: true });
  await on.press(HELPED);
  assert.equal(on.feedback.element.querySelector("form"), null);
  await on.comment(" Too short. ");
  assert.deepEqual(on.stored.at(-1), ["down", "Too short."]);
  assert.equal(on.feedback.element.querySelector("form"), null);
  assert.equal(on.warning.childNodes.length, 0);
});

for (const [kind, word] of /** @type {const} */ ([
  ["escalation", "See a doctor"],
  ["emergency", "Emergency"],
])) {
  test(`a comment that tells of an ${kind} is shown what to do, in its frame`, async () => {
    const reply = { stored: true, urgent: { kind, text: "Please call <b>them</b>." } };
    const { feedback, comment, warning } = feedbackFor({ comments: true, reply });
    assert.equal(warning.childNodes.length, 0);
    await comment("my foot is numb");
    const card = warning.querySelector(`.card.${kind}`);
    assert.equal(card?.querySelector("h3")?.textContent, word);
    assert.equal(card?.querySelector("p")?.textContent, "Please call <b>them</b>.");
    assert.equal(feedback.element.querySelector("form"), null);
  });
}

test("what to do is shown also where the comment could not be stored, and can be sent again", async () => {
  /** @type {import("../src/widget/feedback.js").Outcome} */
  const reply = { stored: false, urgent: { kind: "escalation", text: "Please see a doctor." } };
  const { feedback, comment, warning } = feedbackFor({ comments: true, reply });
  await comment("my foot is numb");
  assert.match(warning.textContent ?? "", /Please see a doctor\./);
  assert.ok(feedback.element.querySelector("form"));
  await comment("my foot is numb");
  assert.equal(warning.querySelectorAll(".card").length, 1);
});

test("the history is asked for again while the server is away, and then given up", async () => {
  /** @type {number[]} */
  const waits = [];
  const wait = async (/** @type {number} */ seconds) => {
    waits.push(seconds);
  };
  const away = async () => {
    throw new Failure("unreachable");
  };
  await assert.rejects(
    loadHistory(away, () => {}, wait),
    { kind: "unreachable" },
  );
  assert.deepEqual(waits, [1, 2, 4, 8]);

  let asked = 0;
  const back = async () => {
    asked += 1;
    if (asked < 3) throw new Failure("unreachable");
    return [];
  };
  assert.deepEqual(await loadHistory(back, () => {}, wait), []);
});
