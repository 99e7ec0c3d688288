"""What holds for every turn on every platform: nothing lost, nothing too long, nothing injected."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from twitchwise.rendering.choices import reply_buttons
from twitchwise.rendering.dialects import DIALECTS, Dialect
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part, render
from twitchwise.rendering.passages import clean
from twitchwise.rendering.sms import to_gsm
from twitchwise.rendering.turn import SourceCard, source_line
from twitchwise.rendering.units import characters, sms_segments, utf8_bytes, utf16

JOINER = "\u2060"
MARKDOWN = ("commonmark", "mattermost", "webex", "teams_markdown")
HTML = {"telegram_html": {"b", "a"}, "teams_xml": {"b", "a", "br"}}
HTML["google_chat_card"] = HTML["teams_xml"]
TWINS = str.maketrans({chr(ord(sign) + 0xFEE0): sign for sign in "*_~`$<>|"})

HOSTILE = [
    "<b>", "</b>", "*x*", "**x**", "_x_", "__x__", "~x~", "`x`", "```", "[a](javascript:alert(1))",
    "[a](https://evil.example)", "![x](https://evil.example/i.png)", "<!channel>", "@everyone",
    "@all", "@here", "<@U123>", "<users/all>", "<https://evil.example|bank>", "&amp;", "&lt;b&gt;",
    "&#42;", "\\", "\\*", "#", "# x", "> x", "- x", "* x", "+ x", "1. x", "1) x", "===", "---",
    "|a|b|", ":smile:", "~town", "#tag", "\x00", "\u202e", "\u200b", "\u200d", "e\u0301\u0302",
    "👨‍👩‍👧‍👦", "🇬🇧", "שלום", "مرحبا", "\ud83d", "a\u00a0b", "snake_case_word", "2 * 3 * 4", "“a”",
    "https://a.example/x_(y)?a=1&b=*c*|d", "(see https://a.example/a_b).", "x" * 90, "<!--", "]]>",
    "https://a.example/" + "p" * 150, "\u0301" * 80, "Sentence one. Sentence two!", "%41 %7C",
    "$x$",
]  # fmt: skip
TOKENS = st.sampled_from(HOSTILE) | st.text(max_size=5) | st.sampled_from(["word", "Zwölf", "q."])
TEXTS = st.lists(
    st.tuples(TOKENS, st.sampled_from([" ", " ", "\n", "\n\n", "", "\r\n"])), max_size=9
).map(lambda tokens: "".join(token + joint for token, joint in tokens))
TITLES = TEXTS.map(lambda text: text[:40])
REPLIES = st.builds(
    lambda title, payload: {"title": title, "payload": payload, "url": None},
    TITLES,
    st.text(min_size=1, max_size=30),
)
LINKS = st.builds(
    lambda title, url: {"title": title, "payload": "", "url": url},
    TITLES,
    st.sampled_from(["tel:112", "tel:+44201234", "https://x.example/a", "javascript:alert(1)"]),
)
SOURCES = st.builds(
    # The FAQ has no source without a title, and a link without a text shows its address.
    lambda title, url: {"title": clean(title) or "T", "publisher": "A (pub)", "url": url},
    TITLES,
    st.sampled_from([None, "https://source.example/END"]),
)


def message(kind: str, text: str, buttons: list[Any], sources: list[Any]) -> dict[str, Any]:
    answer = None
    if kind == "answer":
        cards = [SourceCard(**source) for source in sources]
        text = f"{text}\n{source_line(cards)}"
        answer = {"sources": sources}
    return {"kind": kind, "response": None, "text": text, "buttons": buttons, "answer": answer}


def messages(kinds: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(
        st.builds(
            message,
            st.sampled_from(kinds),
            TEXTS,
            st.lists(REPLIES | LINKS, max_size=3),
            st.lists(SOURCES, min_size=1, max_size=2),
        ),
        max_size=2,
    )


LEADS = ["emergency", "escalation"]
#: All but the last fit into any part together with the end of what precedes them.
DISCLAIMERS = ["General information only.", "“Ask” a *doctor*, <b>please</b>.",
               "*Never* <b>a</b> diagnosis. " * 4]  # fmt: skip
TURNS = st.builds(
    lambda lead, rest, last: [
        *lead,
        *rest,
        *([message("disclaimer", last, [], [])] if last else []),
    ],
    messages(LEADS),
    messages(["text", "answer", "conditional"]),
    st.sampled_from(["", *DISCLAIMERS]),
)
SIZES = st.sampled_from([(characters, 60), (characters, 200), (characters, 4096), (utf16, 90),
                         (utf8_bytes, 300), (sms_segments, 1), (sms_segments, 3)])  # fmt: skip
LIMITS = st.builds(
    lambda dialect, size, buttons, title, payload, links: Limits(
        dialect, size[1], size[0], buttons, title, payload, links
    ),
    st.sampled_from(list(DIALECTS.values())),
    SIZES,
    st.integers(0, 5),
    st.integers(1, 40),
    st.integers(1, 64),
    st.booleans(),
)


class Tags(HTMLParser):
    """Reads HTML, and knows which tags it may hold."""

    def __init__(self, allowed: set[str]) -> None:
        super().__init__()
        self.allowed = allowed
        self.texts: list[str] = []
        self.bold: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all((value or "").startswith("http") for _, value in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "b" in self.open:
            self.bold.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")


def read_html(text: str, allowed: set[str]) -> tuple[str, str]:
    parser = Tags(allowed)
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return "".join(parser.texts), "".join(parser.bold)


def read_markdown(text: str) -> tuple[str, str]:
    texts, bold, depth = [], [], 0
    for block in MarkdownIt("commonmark").parse(text):
        assert block.type in {"paragraph_open", "paragraph_close", "inline"}
        for token in block.children or []:
            assert token.type in {"text", "strong_open", "strong_close", "link_open", "link_close",
                                  "softbreak", "hardbreak"}  # fmt: skip
            if token.type == "link_open":
                assert str(token.attrs["href"]).startswith("http")
            depth += token.nesting if token.type.startswith("strong") else 0
            texts.append(token.content)
            bold += [token.content] if depth else []
    return "".join(texts), "".join(bold)


def without_stars(text: str, star: str) -> tuple[str, str]:
    lines, bold = [], []
    for line in text.split("\n"):
        marked = line.startswith(star) and line.endswith(star) and len(line) > 2 * len(star)
        lines.append(line[len(star) : -len(star)] if marked else line)
        bold += [lines[-1]] if marked else []
    return "\n".join(lines), "\n".join(bold)


def read_angles(text: str) -> str:
    read = re.sub(r"<(https?:[^|>]*)(?:\|([^>]*))?>", lambda m: m[2] or m[1], text)
    return html.unescape(read)


def read_discord(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        escaped, linked, address = found.groups()
        return escaped or (re.sub(r"\\(.)", r"\1", linked) if linked else address or "")

    pattern = r"\\([!-/:-@\[-`{-~])|\[((?:\\.|[^\]\\])*)\]\(<[^>]*>\)|<(https?:[^>]*)>"
    assert not re.search(r"@(everyone|here)|<@", re.sub(r"\\.", "", text), re.IGNORECASE)
    return re.sub(pattern, plain, text)


def read_rocket_chat(text: str) -> str:
    return re.sub(r"\[([^\n]*?)\]\(https?:[^)\s]*\)", r"\1", text)


STARRED: dict[str, tuple[str, Callable[[str], str]]] = {
    "slack_mrkdwn": ("*", read_angles),
    "whatsapp": ("*", str),
    "google_chat": ("*", lambda text: re.sub(r"<(https?:[^|>]*)(?:\|([^>]*))?>",
                                             lambda m: m[2] or m[1], text)),
    "discord": ("**", read_discord),
    "rocket_chat": ("*", read_rocket_chat),
}  # fmt: skip


def read(text: str, dialect: Dialect) -> tuple[str, str]:
    """Return what a part shows, and what of it is bold; fails on marks that nobody meant."""
    if dialect.name in MARKDOWN:
        return read_markdown(text)
    if dialect.name in HTML:
        return read_html(text, HTML[dialect.name])
    if dialect.name in STARRED:
        star, undo = STARRED[dialect.name]
        plain, bold = without_stars(text, star)
        return undo(plain), undo(bold)
    return text, ""


def folded(text: str, dialect: Dialect) -> str:
    """Return a text as it is compared: without blanks, joiners, twins and the URLs of sources."""
    text = to_gsm(text) if dialect.name == "sms_plain" else text
    text = re.sub(r"\s+", "", text.replace(JOINER, "").translate(TWINS))
    text = re.sub(r",https://source\.example/END", "", text)
    return unicodedata.normalize("NFD", unquote(text))


def shown(parts: tuple[Part, ...], dialect: Dialect) -> str:
    return folded("".join(read(part.text, dialect)[0] for part in parts), dialect)


def one_line(title: str) -> str:
    return clean(title).replace("\n", " ").strip()


def link_line(button: dict[str, Any], text: str) -> str:
    target = button["url"].removeprefix("tel:")
    if target == button["url"]:
        is_there = re.search(rf"(?<!\S){re.escape(target)}[.,;:!?)]*(\s|$)", text)
    else:
        grouped = r"[\s().\-/]*".join(map(re.escape, target))
        is_there = re.search(rf"(?<![\d+]){grouped}(?!\d)", text)
    return "" if is_there else f"{button['title']}: {target}"


def expected(turn: list[dict[str, Any]], limits: Limits, buttons: tuple[Any, ...]) -> str:
    """Return all that must be shown, in order."""
    placed = {(button.title, button.url) for button in buttons if button.url}
    replies = reply_buttons(turn)
    listed = [b.payload for b in buttons if not b.url] != [b.payload for b in replies] or any(
        button.title.isdigit() for button in buttons
    )
    said: list[str] = []
    for one in turn:
        if one["kind"] == "disclaimer":
            continue
        links = [
            button
            for button in one["buttons"]
            if button["url"] and (one_line(button["title"]), button["url"]) not in placed
        ]
        said += [one["text"], *(link_line(link, one["text"]) for link in links)]
    if listed and replies:
        said += [f"{number}. {reply.title}" for number, reply in enumerate(replies, 1)]
        count = len(replies)
        numbers = [str(number) for number in range(1, count + 1)]
        said.append(
            f"Reply with a number from 1 to {count}."
            if count > 5
            else f"Reply {' or '.join([', '.join(numbers[:-1]), numbers[-1]][count == 1 :])}."
        )
    said += [one["text"] for one in turn if one["kind"] == "disclaimer"]
    return folded("".join(clean(text) for text in said), limits.dialect)


# To make a turn takes far longer than to render it: each is tried on several platforms, and for
# all that has to hold.
@settings(max_examples=200)
@given(TURNS, st.lists(LIMITS, min_size=3, max_size=3))
def test_every_turn_on_every_platform(turn: list[dict[str, Any]], several: list[Limits]) -> None:
    for limits in several:
        parts = render(turn, limits)
        everything_fits(parts, limits)
        buttons = parts[-1].buttons if parts else ()
        # Titles such as "7" look like numbers of a list; what is shown then is checked elsewhere.
        if not any(clean(reply.title).isdigit() for reply in reply_buttons(turn)):
            assert shown(parts, limits.dialect) == expected(turn, limits, buttons)
        if turn and turn[0]["kind"] in LEADS:
            what_is_urgent_is_whole_and_first(turn, limits)
        if turn and turn[-1]["text"] in DISCLAIMERS[:-1]:
            words = folded(turn[-1]["text"], limits.dialect)
            assert shown(parts[-1:], limits.dialect).endswith(words)


def everything_fits(parts: tuple[Part, ...], limits: Limits) -> None:
    assert all(limits.measure(part.text) <= limits.text and part.text.strip() for part in parts)
    assert all(part.buttons == () for part in parts[:-1])
    buttons = parts[-1].buttons if parts else ()
    assert len(buttons) <= limits.buttons
    assert all(0 < len(button.title) <= limits.title for button in buttons)
    assert all(utf8_bytes(button.payload) <= limits.payload for button in buttons)
    assert all(not b.url or (limits.links and b.url.startswith("https:")) for b in buttons)


def what_is_urgent_is_whole_and_first(turn: list[dict[str, Any]], limits: Limits) -> None:
    first = {**turn[0], "buttons": []}
    leads = [first, *(one for one in turn[1:] if one["kind"] in LEADS)]
    others = [one for one in turn[1:] if one["kind"] not in LEADS]
    alone = render([first], limits)
    begin = shown(alone, limits.dialect)
    # Whatever was said before: the order is the renderer's.
    parts = render([*others, *leads], limits)
    assert shown(parts, limits.dialect).startswith(begin)
    if len(alone) == 1:
        assert shown(parts[:1], limits.dialect).startswith(begin)


@settings(max_examples=100)
@given(
    st.sampled_from([d for d in DIALECTS.values() if d.bold]),
    TOKENS.map(clean).filter(lambda text: bool(text.strip()) and "\n" not in text),
    st.integers(60, 200),
)
def test_a_first_line_that_is_cut_is_bold_in_all_its_parts(
    dialect: Dialect, word: str, size: int
) -> None:
    line = " ".join(["Call", *[word] * 5, "now"])
    parts = render([message("emergency", line + "\nplain", [], [])], Limits(dialect, size))
    bold = "".join(read(part.text, dialect)[1] for part in parts)
    assert folded(bold, dialect) == folded(line, dialect)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_hostile_text_is_shown_as_typed(name: str) -> None:
    dialect = DIALECTS[name]
    for text in HOSTILE:
        parts = render([message("text", text, [], [])], Limits(dialect, 4096))
        assert shown(parts, dialect) == folded(clean(text), dialect), text


@pytest.mark.parametrize("size", [60, 4096])
@pytest.mark.parametrize(
    "text",
    ["x" * 25_000, "word " * 5_000, "👨‍👩‍👧‍👦" * 5_000, "\u0301" * 10_000, "*_" * 5_000,
     "https://a.example/" + "p" * 15_000, "." * 15_000, "א" * 5_000],
    ids=["letters", "words", "emoji", "marks", "stars", "url", "dots", "rtl"],
)  # fmt: skip
def test_very_long_texts(text: str, size: int) -> None:
    dialect = DIALECTS["telegram_html"]
    parts = render([message("text", text, [], [])], Limits(dialect, size, utf16))
    assert all(utf16(part.text) <= size for part in parts)
    assert shown(parts, dialect) == folded(text, dialect)
