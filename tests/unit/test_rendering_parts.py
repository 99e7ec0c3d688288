"""A turn as the messages of a platform, by examples."""

from __future__ import annotations

from typing import Any

import pytest

from twitchwise.rendering.dialects import (
    COMMONMARK,
    DISCORD,
    GOOGLE_CHAT,
    GOOGLE_CHAT_CARD,
    MATTERMOST,
    PLAIN,
    ROCKET_CHAT,
    SLACK_MRKDWN,
    SMS_PLAIN,
    TEAMS_XML,
    TELEGRAM_HTML,
    WHATSAPP,
    Dialect,
)
from twitchwise.rendering.limits import Limits
from twitchwise.rendering.parts import Part, render
from twitchwise.rendering.turn import Button, SourceCard, source_line
from twitchwise.rendering.units import sms_segments

J = "\u2060"
URL = "https://ods.example/magnesium_(fact)?a=1&b=2"


def said(
    text: str, kind: str = "text", buttons: list[Any] | None = None, answer: Any = None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "response": None,
        "text": text,
        "buttons": buttons or [],
        "answer": answer,
    }


def reply(title: str, payload: str = "q:x") -> dict[str, Any]:
    return {"title": title, "payload": payload, "url": None}


def link(title: str, url: str) -> dict[str, Any]:
    return {"title": title, "payload": "", "url": url}


def cited() -> dict[str, Any]:
    source = {"title": "Magnesium", "publisher": "NIH", "url": URL}
    text = "Nuts.\n• Seeds\n" + source_line([SourceCard(**source)])
    return said(text, "answer", answer={"sources": [source]})


LEAD = said("Call 112 now.\nDo not drive.", "emergency")
DISCLAIMER = said("Not a diagnosis.", "disclaimer")


def texts(messages: list[dict[str, Any]], limits: Limits) -> list[str]:
    return [part.text for part in render(messages, limits)]


@pytest.mark.parametrize(
    ("dialect", "lead", "source"),
    [
        (PLAIN, "Call 112 now.", f"“Magnesium” (NIH), {URL}"),
        (SMS_PLAIN, "Call 112 now.", f'"Magnesium" (NIH), {URL}'),
        (
            TELEGRAM_HTML,
            "<b>Call 112 now.</b>",
            '“<a href="https://ods.example/magnesium_(fact)?a=1&amp;b=2">Magnesium</a>” (NIH)',
        ),
        (
            SLACK_MRKDWN,
            "*Call 112 now.*",
            "“<https://ods.example/magnesium_%28fact%29?a=1&amp;b=2|Magnesium>” (NIH)",
        ),
        (WHATSAPP, "*Call 112 now.*", f"“Magnesium” (NIH), {URL}"),
        (
            DISCORD,
            "**Call 112 now.**",
            "“[Magnesium](<https://ods.example/magnesium_%28fact%29?a=1&b=2>)” (NIH)",
        ),
        (
            MATTERMOST,
            "**Call 112 now.**",
            "“[Magnesium](https://ods.example/magnesium_%28fact%29?a=1&b=2)” (NIH)",
        ),
        (
            ROCKET_CHAT,
            "*Call 112 now.*",
            "“[Magnesium](https://ods.example/magnesium_%28fact%29?a=1&b=2)” (NIH)",
        ),
        (
            GOOGLE_CHAT,
            "*Call 112 now.*",
            "“<https://ods.example/magnesium_%28fact%29?a=1&b=2|Magnesium>” (NIH)",
        ),
    ],
)
def test_a_turn_in_each_dialect(dialect: Dialect, lead: str, source: str) -> None:
    bullet = "-" if dialect is SMS_PLAIN else "•"
    assert texts([LEAD, cited(), DISCLAIMER], Limits(dialect, 4096)) == [
        f"{lead}\nDo not drive.\n\nNuts.\n{bullet} Seeds\nSource: {source}\n\nNot a diagnosis."
    ]


def test_line_breaks_where_one_is_none() -> None:
    assert texts([LEAD, DISCLAIMER], Limits(COMMONMARK, 500)) == [
        "**Call 112 now.**  \nDo not drive.\n\nNot a diagnosis."
    ]
    for dialect in (TEAMS_XML, GOOGLE_CHAT_CARD):
        assert texts([LEAD, DISCLAIMER], Limits(dialect, 500)) == [
            "<b>Call 112 now.</b><br>Do not drive.<br><br>Not a diagnosis."
        ]


@pytest.mark.parametrize(
    ("dialect", "text", "shown"),
    [
        (TELEGRAM_HTML, "<b>x</b> & &amp; @bot", f"&lt;b&gt;x&lt;/b&gt; &amp; &amp;amp; @{J}bot"),
        (SLACK_MRKDWN, "<!channel> *x*", f"&lt;!channel&gt; {J}*{J}x{J}*{J}"),
        (SLACK_MRKDWN, "> x :smile: a_b_c", f"{J}&gt; x :{J}smile: a_b_c"),
        (WHATSAPP, "- x ~y~", f"{J}- x {J}~{J}y{J}~{J}"),
        # Nothing invisible in what people copy or press.
        *((d, "+44 20 7946 0958", "+44 20 7946 0958") for d in (WHATSAPP, GOOGLE_CHAT)),
        *((d, "help@clinic.example", "help@clinic.example") for d in (TELEGRAM_HTML, MATTERMOST)),
        (DISCORD, "@everyone <@1> `x`", f"@{J}everyone \\<@1\\> \\`x\\`"),
        (COMMONMARK, "[a](javascript:x) &lt;", "\\[a\\](javascript:x) &amp;lt;"),
        (COMMONMARK, "# x\n2. y\n===", "\\# x  \n2\\. y  \n&#61;=="),
        (MATTERMOST, "@all #tag ~town", f"@{J}all #{J}tag \\~{J}town"),
        (ROCKET_CHAT, "*x* @all [a](b)", f"＊x＊ @{J}all [a]{J}(b)"),
        (GOOGLE_CHAT, "<users/all>", f"<{J}users/all>"),
        (PLAIN, "<b> *x*\x00\ud83d", "<b> *x*\ufffd"),
    ],
)
def test_what_a_text_cannot_do(dialect: Dialect, text: str, shown: str) -> None:
    assert texts([said(text)], Limits(dialect, 500)) == [shown]


def test_replies_that_fit_are_buttons_of_the_last_part() -> None:
    turn = [said("word " * 30, buttons=[reply("Foods?", "q:f")]), DISCLAIMER]
    parts = render(turn, Limits(PLAIN, 100, buttons=1))
    assert [part.buttons for part in parts] == [(), (Button("Foods?", "q:f"),)]


def test_replies_that_do_not_fit_are_numbers_before_the_disclaimer() -> None:
    turn = [said("Yes.", buttons=[reply("A?"), reply("B?"), reply("C?")]), DISCLAIMER]
    shown = "Yes.\n\n1. A?\n2. B?\n3. C?\nReply 1, 2 or 3.\n\nNot a diagnosis."
    assert render(turn, Limits(PLAIN, 500, buttons=2)) == (Part(shown),)


def test_titles_that_are_too_long_are_in_the_text_and_their_numbers_on_buttons() -> None:
    turn = [said("Yes.", buttons=[reply("What helps?", "q:a"), reply("B", "q:b")])]
    (part,) = render(turn, Limits(PLAIN, 500, buttons=3, title=5))
    assert part.text == "Yes.\n\n1. What helps?\n2. B\nReply 1 or 2."
    assert part.buttons == (Button("1", "q:a"), Button("2", "q:b"))


def test_payloads_that_are_too_long_leave_numbers_in_the_text_alone() -> None:
    turn = [said("Yes.", buttons=[reply("A", "é" * 33)])]
    assert render(turn, Limits(PLAIN, 500, buttons=3)) == (Part("Yes.\n\n1. A\nReply 1."),)


def test_a_title_that_is_a_long_list_is_never_cut() -> None:
    titles = [f"Question {number} that is quite long?" for number in range(1, 15)]
    parts = texts([said("", buttons=[reply(title) for title in titles])], Limits(PLAIN, 70))
    lines = "\n".join(parts).split("\n")
    numbered = [f"{number}. {title}" for number, title in enumerate(titles, 1)]
    assert lines == [*numbered, "Reply with a number from 1 to 14."]


def test_replies_without_any_text_are_numbers() -> None:
    turn = [said("", buttons=[reply("A"), reply("B")])]
    (part,) = render(turn, Limits(PLAIN, 500, buttons=3))
    assert part.text == "1. A\n2. B\nReply 1 or 2."


def test_links_are_buttons_after_the_replies_where_there_is_room() -> None:
    pages = [link("Open Clinic", "https://c.example"), link("More", "https://d.example")]
    turn = [said("Lead.", "escalation", pages), said("Yes.", buttons=[reply("A")])]
    (part,) = render(turn, Limits(PLAIN, 500, buttons=2, links=True))
    assert part.text == "Lead.\nMore: https://d.example\n\nYes."
    assert part.buttons == (Button("A", "q:x"), Button("Open Clinic", url="https://c.example"))
    (part,) = render(turn, Limits(PLAIN, 500, buttons=2))
    assert part.buttons == (Button("A", "q:x"),)
    assert "Open Clinic: https://c.example\nMore: https://d.example" in part.text


@pytest.mark.parametrize("url", ["http://c.example", "javascript:alert(1)", "https:", "//c"])
def test_only_pages_over_https_are_link_buttons(url: str) -> None:
    (part,) = render(
        [said("Hi.", buttons=[link("X", url)])], Limits(PLAIN, 99, buttons=3, links=True)
    )
    assert part == Part(f"Hi.\nX: {url}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Call 112 now.", ""),
        ("Call +44 (20) 79-46 now.", "\nCall 112: 112"),
        ("Room 1123.", "\nCall 112: 112"),
        ("Call 1 12.", ""),
    ],
)
def test_a_number_stands_in_the_text_once(text: str, line: str) -> None:
    turn = [said(text, "emergency", [link("Call 112", "tel:112")]), DISCLAIMER]
    shown = texts(turn, Limits(PLAIN, 500, buttons=5, links=True))
    assert shown == [f"{text}{line}\n\nNot a diagnosis."]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Reach us: https://c.example/a (8 to 6).", ""),
        ("Reach us: https://c.example/a.", ""),
        ("Reach us: https://c.example/a/b", "\nOpen: https://c.example/a"),
        ("Reach us: https://c.example/a.b", "\nOpen: https://c.example/a"),
        ("Reach us.", "\nOpen: https://c.example/a"),
    ],
)
def test_an_address_stands_in_the_text_once(text: str, line: str) -> None:
    turn = [said(text, "escalation", [link("Open", "https://c.example/a")]), DISCLAIMER]
    assert texts(turn, Limits(PLAIN, 500)) == [f"{text}{line}\n\nNot a diagnosis."]


def test_what_is_urgent_is_not_cut_where_it_fits() -> None:
    lead = said("Call now. " + "x" * 60, "emergency")
    rest = said("a " * 40)
    assert texts([lead, rest], Limits(PLAIN, 100))[0].startswith("Call now. " + "x" * 60)
    assert texts([rest, lead], Limits(PLAIN, 72))[0] == "Call now. " + "x" * 60
    first, second, *_ = texts([said("word " * 30, "emergency"), rest], Limits(PLAIN, 100))
    assert first.startswith("word") and second.startswith("word")


def test_a_second_lead_is_not_cut_to_save_a_part() -> None:
    first, second = said("a" * 50, "emergency"), said(("bb " * 20).strip(), "escalation")
    parts = texts([first, second, said("c " * 30)], Limits(PLAIN, 100))
    assert any(second["text"] in part for part in parts)


def test_the_disclaimer_is_not_alone() -> None:
    parts = texts([said("a" * 50 + " tail"), DISCLAIMER], Limits(PLAIN, 60))
    assert parts == ["a" * 50, "tail\n\nNot a diagnosis."]


def test_the_disclaimer_is_alone_where_nothing_fits_with_it() -> None:
    parts = texts([said("a" * 59, "emergency"), DISCLAIMER], Limits(PLAIN, 60))
    assert parts == ["a" * 59, "Not a diagnosis."]


def test_cuts_are_at_passages_then_lines_then_sentences_then_words() -> None:
    passages = [said("a" * 40), said("b" * 40), said("c" * 10)]
    assert texts(passages, Limits(PLAIN, 60)) == ["a" * 40, "b" * 40 + "\n\n" + "c" * 10]
    lines = said("a b\n" + "c " * 20 + "\n" + "d " * 20)
    assert texts([lines], Limits(PLAIN, 60)) == ["a b\n" + ("c " * 20).strip(), ("d " * 20).strip()]
    sentences = said("One two three four five six. " * 3)
    assert texts([sentences], Limits(PLAIN, 60)) == [
        "One two three four five six. One two three four five six.",
        "One two three four five six.",
    ]
    assert texts([said("word " * 20)], Limits(PLAIN, 60)) == [
        "word word word word word word word word word word word word",
        "word word word word word word word word",
    ]


def test_a_better_cut_does_not_make_more_parts() -> None:
    parts = texts([said("a" * 5), said("word " * 22)], Limits(PLAIN, 60))
    assert [part.split() for part in parts] == [["a" * 5, *["word"] * 10], ["word"] * 12]


def test_a_url_stays_whole_where_it_fits() -> None:
    url = "https://a.example/" + "p" * 40
    parts = texts([said("x" * 50 + url)], Limits(PLAIN, 60))
    assert parts == ["x" * 50, url]


def test_families_stay_together() -> None:
    family = "👨‍👩‍👧‍👦"
    for part in texts([said(family * 40)], Limits(PLAIN, 60)):
        assert part == family * (len(part) // len(family))


def test_a_bold_line_that_is_cut_is_bold_in_both_parts() -> None:
    first, second = texts([said("word " * 20, "emergency")], Limits(TELEGRAM_HTML, 70))
    assert first.startswith("<b>word") and first.endswith("word</b>")
    assert second.startswith("<b>word") and second.endswith("word</b>")


def test_two_urgent_lines_are_bold_each() -> None:
    turn = [said("Call now.", "emergency"), said("See a doctor.", "escalation")]
    assert texts(turn, Limits(SLACK_MRKDWN, 99)) == ["*Call now.*\n\n*See a doctor.*"]


def test_text_messages_are_measured_in_segments() -> None:
    parts = texts([said("It’s “fine” … " * 30), DISCLAIMER], Limits(SMS_PLAIN, 2, sms_segments))
    assert [sms_segments(part) for part in parts] == [2, 2]


@pytest.mark.parametrize("turn", [[], [said("")], [said(" \n\x00 ")], [{"kind": "text"}]])
def test_nothing_to_say(turn: list[dict[str, Any]]) -> None:
    assert render(turn, Limits(PLAIN, 500, buttons=3)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": 59},
        {"buttons": -1},
        {"title": 0},
        {"payload": 0},
        {"measure": sms_segments, "text": 0},
    ],
)
def test_limits_check_themselves(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        Limits(**{"dialect": PLAIN, "text": 60, **wrong})
