"""Texts that would do something to a terminal which takes them for more than texts."""

from __future__ import annotations

#: What a terminal would do, and the bytes that make it; the words stay in view.
SEQUENCES = {
    "colour": "\x1b[31;1;5mred words\x1b[0m",
    "clear": "\x1b[2J\x1b[H\x1b[3Jcleared",
    "another screen": "\x1b[?1049hother screen",
    "title": "\x1b]0;stolen title\x07words",
    "title with ST": "\x1b]2;stolen title\x1b\\words",
    "clipboard": "\x1b]52;c;c3RvbGVu\x07clip",
    "link": "\x1b]8;;https://evil.example\x1b\\good.example\x1b]8;;\x1b\\",
    "question": "\x1b[6n\x1b[c\x1bZwhere",
    "macro": '\x1bP$q"p\x1b\\macro',
    "one-byte sequences": "\x9b31mred\x9d0;stolen title\x9c",
    "bell": "ring\x07\x07",
    "erase": "safe\x08\x08\x08\x08evil",
    "back to the start of the line": "true\rfalse",
    "delete, nul, form feed": "a\x7fb\x00c\x0cd",
    "charset": "\x1b(0lqqk\x0e\x0f",
    "reset": "\x1bcreset",
}
#: How they begin; our own output has none of these.
OPENINGS = (
    "\x1b[31;1;5m",
    "\x1b[3J",
    "\x1b[?1049h",
    "\x1b]0;",
    "\x1b]2;",
    "\x1b]52;",
    "\x1b]8;;https://evil",
    "\x1b[c",
    "\x1bZ",
    "\x1bP",
    "\x1b(0",
    "\x1bc",
)
MARKS = {
    "Markdown": "**bold** _under_ `code` [words](https://evil.example) # head",
    "heading": "# head\n\n> quote\n\n1. one\n\n---\n| a | b |",
    "rich's own marks": "[red]words[/red] [link=https://evil.example]x[/link] [/] [bold",
    "a long word": "w" * 3_000,
    "right to left": "\u202eevil\u202c שלום \u2066x",
    "emoji": "👩‍⚕️ 🦵🏽 e\u0301 ｗｉｄｅ",
    "half a character": "half \ud83e\ud800 there",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive",
    "HTML": "<script>alert(1)</script> &lt;b&gt;",
}
ALL = {**SEQUENCES, **MARKS}
