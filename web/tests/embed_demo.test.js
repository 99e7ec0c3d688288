import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { LABELS } from "../src/embed/labels.js";
import { readOptions } from "../src/embed/options.js";

const html = await readFile(new URL("../src/demo/demo.html", import.meta.url), "utf8");
const css = await readFile(new URL("../src/demo/demo.css", import.meta.url), "utf8");

test("the demonstration loads nothing from elsewhere, and its policy allows all that it has", () => {
  const addresses = [
    ...html.replace(/<pre>.*<\/pre>/, "").matchAll(/\s(?:src|href)="([^"]*)"/g),
  ].map((found) => found[1]);
  assert.deepEqual(addresses, ["data:,", "{{assets/demo.css}}", "/chat/embed.js", "#article"]);
  assert.doesNotMatch(css, /url\(|@import/);
  assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|<script(?! src=)/);
});

test("the demonstration names all attributes and all languages", () => {
  const names = [...html.matchAll(/<th scope="row"><code>data-([a-z]+)</g)].map(
    (found) => found[1],
  );
  const { origin, ...options } = readOptions({}, "https://bot.example", "");
  assert.deepEqual(names.sort(), Object.keys(options).sort());
  const row = /data-language<.*?<\/tr>/.exec(html)?.[0] ?? "";
  const languages = [...row.matchAll(/<code>([a-z]{2})<\/code>/g)].map((found) => found[1]);
  assert.deepEqual(languages, Object.keys(LABELS).sort());
});
