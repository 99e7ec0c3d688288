// A page for tests of what is shown: jsdom's document takes the place of a browser's.

import { createRequire } from "node:module";

// It has no types.
const { JSDOM } = createRequire(import.meta.url)("jsdom");

const { window } = new JSDOM("<!doctype html><body></body>", { url: "https://bot.example/chat" });
Object.assign(globalThis, { document: window.document, Node: window.Node });

export const page = window;
