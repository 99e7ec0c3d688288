import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, readColor, textColorOn } from "../src/widget/color.js";
import { readEmbedding } from "../src/widget/embedding.js";

test("contrast is what WCAG says", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#ffffff", "#000000"), 21);
  assert.equal(contrast("#123456", "#123456"), 1);
  // The gray that is just enough on white.
  assert.ok(contrast("#767676", "#ffffff") >= 4.5);
  assert.ok(contrast("#777777", "#ffffff") < 4.5);
});

test("on every color, the text can be read", () => {
  const steps = [0, 51, 102, 127, 153, 204, 255].map((part) => part.toString(16).padStart(2, "0"));
  for (const red of steps)
    for (const green of steps)
      for (const blue of steps) {
        const color = `#${red}${green}${blue}`;
        assert.ok(contrast(color, textColorOn(color)) >= 4.5, color);
      }
});

test("dark text on light colors, light text on dark ones", () => {
  assert.equal(textColorOn("#ffcc00"), "#000000");
  assert.equal(textColorOn("#14606b"), "#ffffff");
});

test("only plain colors are taken", () => {
  assert.equal(readColor("#0B6e4f"), "#0b6e4f");
  assert.equal(readColor(" #06c "), "#0066cc");
  for (const text of ["", "red", "#12", "#12345", "#1234567", "url(x)", "#06c;x:y", "#00gg00"])
    assert.equal(readColor(text), "", text);
});

test("a site's wishes are read from the address", () => {
  assert.deepEqual(readEmbedding("#embed&lang=de&title=Ask+us+%26+more&color=%2306c", true), {
    embedded: true,
    title: "Ask us & more",
    color: "#0066cc",
  });
});

test("without wishes nothing changes; in a frame there is a way to close it", () => {
  assert.deepEqual(readEmbedding("", false), { embedded: false, title: "", color: "" });
  assert.equal(readEmbedding("", true).embedded, true);
  assert.equal(readEmbedding("#embed", false).embedded, true);
  assert.equal(readEmbedding("#color=red", false).color, "");
});
