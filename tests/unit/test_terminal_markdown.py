"""Turns as Markdown: what was said is text in it, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console
from rich.markdown import Markdown

from tests.terminal import hostile, replies
from twitchwise.rendering.turn import SourceCard
from twitchwise.terminal.contract import Said, Turn
from twitchwise.terminal.markdown import conversation_markdown, escaped, message_markdown

SAVED = datetime(2026, 11, 28, 21, 50).astimezone()
#: CommonMark; and as the terminal and most programs that show Markdown read it.
READERS = {
    "CommonMark": MarkdownIt(),
    "with tables": MarkdownIt().enable(["table", "strikethrough"]),
}
#: Anything that Markdown makes something of, and some letters between.
SPICE = "#-+*_`~=|<>&;:.)(![]\\01234 ab\"'@/$^{}"

reader = pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
shown = st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"])
line = st.text(st.one_of(st.sampled_from(SPICE), shown), min_size=1).filter(
    lambda text: text == text.strip()
)
#: What a line may begin with, so that Markdown makes something of it.
MARKS = [
    "# ",
    "- ",
    "+ ",
    "* ",
    "> ",
    "1. ",
    "22) ",
    "---",
    "===",
    "=",
    "-",
    "```",
    "|",
    "[a]: ",
    "",
]
indent = st.sampled_from(["", " ", "   ", "    "])
indented = st.tuples(indent, st.sampled_from(MARKS), st.one_of(st.just(""), line)).map("".join)
lines = st.lists(indented.filter(str.strip), min_size=1).map(
    lambda several: "\n".join(each.rstrip() for each in several).strip()
)


def content(token: Token) -> str:
    """Return the text of a paragraph; fail where something in it is no text."""
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    assert token.children is not None
    assert {each.type for each in token.children} <= {"text", "text_special", *breaks}
    return "".join(breaks.get(each.type, each.content) for each in token.children)


def read_paragraph(markdown: str, reader: MarkdownIt) -> str:
    """Return the text of the only paragraph; fail where there is something else."""
    tokens = reader.parse(markdown)
    assert [each.type for each in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return content(tokens[1])


def kinds(markdown: str) -> list[str]:
    """Return what begins in a document, in its order."""
    tokens = READERS["with tables"].parse(markdown)
    opened = [each.type for each in tokens if each.nesting >= 0 and each.type != "inline"]
    return [kind.removesuffix("_open") for kind in opened]


def said(text: str, **more: object) -> Said:
    return Said.parse_obj({"kind": "text", "text": text, **more})


def turn(message: str, *messages: replies.Message, **changed: object) -> Turn:
    sent = replies.turn("conversation-0123456789", "id-12345", message, messages)
    return Turn.parse_obj({**sent, **changed})


def document(*turns: Turn, name: str = "Twitchwise") -> str:
    return conversation_markdown(turns, name=name, disclaimer="No advice.", saved=SAVED)


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


# A text is a text.


@reader
@given(text=line)
def test_any_line_is_one_paragraph_with_just_that_text(reader: MarkdownIt, text: str) -> None:
    assert read_paragraph(escaped(text), reader) == text


@reader
@given(text=lines)
def test_any_lines_are_one_paragraph_with_just_those_lines(reader: MarkdownIt, text: str) -> None:
    read = read_paragraph(escaped(text), reader)
    # Markdown leaves out how far a line is indented.
    assert read.split("\n") == [each.lstrip(" ") for each in text.split("\n")]


ODD_LINES = [
    "# head", "#hash", "###### six", "> quote", "- item", "+ item", "* item", "-", "+", "*",
    "1. one", "1) one", "1.", "1)", "123456789. nine digits", "1234567890. ten digits", "0. zero",
    "---", "- - -", "***", "_ _ _", "===", "```", "~~~ python", "| a | b |", ":-- | --:", "|---|",
    "&amp;", "&#35;", "&#x1F600;", "&copy", "<b>bold</b>", "<!-- x -->", "<?php",
    "<https://x.example>", "<me@x.example>", "https://x.example/_a_", "[a](b)", "![a](b)",
    "[a]: https://x.example", "[^1]",
    "**a**", "__a__", "a_b_c", "*a", "`a`", "~~a~~", "\\", "\\\\", "a\\", "\\*", "\\1.", "1\\.",
    "[ ] task", "a  b", "١. one", "²) two", "½. half", "a\u00a0b", "\ufeffa",
]  # fmt: skip


@reader
@pytest.mark.parametrize("text", ODD_LINES)
def test_what_looks_like_markdown_is_a_text(reader: MarkdownIt, text: str) -> None:
    assert read_paragraph(escaped(text), reader) == text


BEGINNINGS = ["---", "===", "-", "=", "- b", "+ b", "1. b", "1) b", "# b", "> b", "```", "--|--"]


@reader
@pytest.mark.parametrize("indent", ["", "  ", "    "])
@pytest.mark.parametrize("second", BEGINNINGS)
def test_a_line_makes_nothing_of_the_line_before_it(
    reader: MarkdownIt, indent: str, second: str
) -> None:
    read = read_paragraph(escaped(f"a | b\n{indent}{second}"), reader)
    assert read.split("\n") == ["a | b", second]


@given(line)
def test_blanks_around_a_text_are_left_out(text: str) -> None:
    assert escaped(f"  {text}\n \n") == escaped(text)


@pytest.mark.parametrize("text", ["", " ", "\n", "    "])
def test_nothing_stays_nothing(text: str) -> None:
    assert escaped(text) == ""


@given(line)
def test_the_terminal_shows_all_characters_of_a_text(text: str) -> None:
    console = Console(file=StringIO(), width=400, color_system=None, emoji=False, markup=False)
    with console.capture() as capture:
        console.print(Markdown(message_markdown(said(text)), hyperlinks=False))
    # What takes no room on a screen is not looked at here.
    assert words(_visible(capture.get())) == words(_visible(text.removeprefix("• ")))


def _visible(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c != "\u2022")


# Messages of the assistant.


def test_lines_stay_lines_and_bullets_become_a_list() -> None:
    markdown = message_markdown(said("Two things:\nthese\n• one\n• two\nand so on"))
    assert kinds(markdown) == [
        *["paragraph", "bullet_list"],
        *["list_item", "paragraph"] * 2,
        "paragraph",
    ]
    first = READERS["CommonMark"].parse(markdown)[1]
    assert content(first) == "Two things:\nthese"


@pytest.mark.parametrize(
    "text",
    [
        "one\n\n• two",
        "one\n \n• two",
        "one\n   ",
        "• one\n\n• two",
        "\none",
        "one\n\ntwo",
        "one\n\n\n",
    ],
)
def test_empty_lines_leave_no_trace(text: str) -> None:
    for token in READERS["CommonMark"].parse(message_markdown(said(text))):
        if token.type == "inline":
            assert "\\" not in content(token)


def test_a_backslash_at_the_end_of_a_line_stays_there() -> None:
    assert read_paragraph(message_markdown(said("a\\\nb")), READERS["CommonMark"]) == "a\\\nb"


def test_an_answer_is_its_text_its_bullets_and_its_sources() -> None:
    markdown = message_markdown(turn("x", replies.answer()).parts()[0])
    assert kinds(markdown) == [
        *["paragraph", "bullet_list"],
        *["list_item", "paragraph"] * len(replies.BULLETS),
        *["paragraph", "bullet_list"],
        *["list_item", "paragraph"] * len(replies.SOURCES),
        "paragraph",
    ]
    assert markdown.endswith("Checked on 1 November 2026.")


def test_one_source_stands_in_a_line_of_its_own() -> None:
    answer = replies.answer(bullets=[], sources=replies.SOURCES[:1])
    markdown = message_markdown(turn("x", answer).parts()[0])
    assert kinds(markdown) == ["paragraph", "paragraph"]
    assert markdown.split("\n\n")[1].startswith("Source: ")
    assert links(markdown) == [replies.SOURCES[0].url]


def test_an_answer_without_sources_has_no_word_of_them() -> None:
    markdown = message_markdown(said("A text.", answer={"text": "A text.", "bullets": ["one"]}))
    assert markdown == "A text.\n\n- one"


def links(markdown: str) -> list[str]:
    tokens = [each for each in READERS["with tables"].parse(markdown) if each.children]
    inner = [child for token in tokens for child in token.children or ()]
    return [str(each.attrs["href"]) for each in inner if each.type == "link_open"]


def cited(*urls: str, title: str = "Title") -> str:
    sources = [SourceCard(title, "Publisher", url) for url in urls]
    return message_markdown(turn("x", replies.answer(sources=sources)).parts()[0])


def test_sources_are_links() -> None:
    urls = ["https://a.example/b_c_(d)?e=f&g=*h*#i", "http://a.example/~b"]
    assert links(cited(*urls)) == urls


@pytest.mark.parametrize("url", ["https://a.example/?b=c&lt;=d", "https://a.example/?x&amp;y=1"])
def test_a_link_leads_where_the_source_is(url: str) -> None:
    assert links(cited(url)) == [url]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "tel:112", "//x.example", ""]
    + ["https://x.example> [y](javascript:z)", "https://x.example\n# head"],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert links(cited(url)) == []


@pytest.mark.parametrize("text", hostile.MARKS.values(), ids=hostile.MARKS.keys())
def test_nothing_in_an_answer_becomes_markdown(text: str) -> None:
    """Neither in its text nor in bullets, titles and publishers."""
    plain, odd = (
        message_markdown(
            turn(
                "x",
                replies.answer(each, [each, each], [SourceCard(each, each, "https://x.example")]),
            ).parts()[0]
        )
        for each in ("word", text)
    )
    assert set(kinds(odd)) <= set(kinds(plain))
    assert links(odd) == ["https://x.example"]


@pytest.mark.parametrize("text", ["a\n\nb", "a\n# b", "a\n  - b", "a\n\n    b", "a\n\n---"])
def test_a_bullet_or_title_of_several_lines_stays_one(text: str) -> None:
    def structure(each: str) -> list[str]:
        source = SourceCard(each, each, "https://x.example")
        answer = replies.answer("text", [each, each], [source, source])
        return kinds(message_markdown(turn("x", answer).parts()[0]))

    assert structure(text) == structure("word")


# A whole conversation.


def test_a_conversation_is_a_document() -> None:
    markdown = document(turn("hello", replies.said("Hello.")), turn("my toe", replies.escalation()))
    # Its title, and when each of the turns was.
    assert kinds(markdown).count("heading") == 3
    assert set(kinds(markdown)) == {"heading", "paragraph"}
    said_in_order = ["hello", "Hello.", "my toe", "SEE A DOCTOR", replies.ESCALATION.split("\n")[0]]
    at = [markdown.index(part) for part in said_in_order]
    assert at == sorted(at)
    assert "**SEE A DOCTOR**" in markdown
    assert markdown.count(replies.DISCLAIMER) == 2
    assert markdown.endswith("\n")


def test_a_turn_without_a_disclaimer_gets_one() -> None:
    assert document(turn("hello", replies.said("Hi."), disclaimer="")).endswith("*No advice.*\n")


def test_links_to_open_are_told_with_their_address() -> None:
    assert "- Call 112: tel:112" in document(turn("x", replies.emergency()))


HOSTILE_TEXTS = {**hostile.MARKS, "lines": "a\n\n# b\n  - c", "bullets": "• a\n• b"}


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_headings_of_a_document_are_ours_alone(text: str) -> None:
    buttons = [replies.link(text, f"https://x.example/{text}")]
    odd = turn(text, {**replies.said(text), "buttons": buttons}, disclaimer=text)
    markdown = document(odd, name=text)
    found = kinds(markdown)
    assert found.count("heading") == 2
    assert not set(found) & {"blockquote", "table", "hr", "code_block", "fence", "html_block"}
    assert "ordered_list" not in found
    assert links(markdown) == []


@pytest.mark.parametrize("message", ["• one", "• one\n• two", "one\n• two", "- one", "1. one"])
def test_what_the_person_typed_is_read_as_it_was_typed(message: str) -> None:
    tokens = READERS["CommonMark"].parse(document(turn(message, replies.said("Hello."))))
    text = "".join(
        child.content for token in _until_the_answer(tokens) for child in token.children or ()
    )
    assert re.sub(r"[•\s]", "", text) == re.sub(r"[•\s]", "", f"You: {message}")


def _until_the_answer(tokens: Sequence[Token]) -> list[Token]:
    inline = [each for each in tokens if each.type == "inline"]
    end = next(at for at, each in enumerate(inline) if each.content == "Hello.")
    # The title, when it was saved, and when it was said come before.
    return inline[3:end]
