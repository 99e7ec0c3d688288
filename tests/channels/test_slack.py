"""What only Slack has: see test_contract.py for what all platforms share."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Call, Driver
from tests.channels.drivers.slack import (
    COMMANDS,
    PATH,
    PRESSES,
    SIGNATURE,
    TIMESTAMP,
    SlackDriver,
    channel_id,
    signature,
    user_id,
)
from tests.channels.fakes.server import Fault, SentButton
from tests.channels.fakes.slack import (
    ARCHIVED_CHANNEL,
    BOT_USER,
    FOREIGN_CHANNEL,
    LONELY_TS,
    TEAM,
    UNKNOWN_CHANNEL,
)
from tests.channels.texts import first_line, is_complete, is_urgent, reading, text_of
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.inbound import Event
from twitchwise.channels.platforms.slack import (
    Slack,
    as_typed,
    bots_of,
    form_in,
    read_command,
    read_event,
    read_press,
    signature_for,
)
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button

ROOT = Path(__file__).resolve().parents[2]
BOTS = {BOT_USER}
MENTION = f"<@{BOT_USER}>"


@pytest.fixture
def slack(drivers: dict[str, Driver]) -> SlackDriver:
    """Slack."""
    found = drivers["slack"]
    assert isinstance(found, SlackDriver)
    return found


@pytest.fixture
async def slack_bot(slack: SlackDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot on Slack alone."""
    for name, value in slack.variables.items():
        home.setenv(name, value)
    made = await Bot({"slack": slack}).start()
    yield made
    await made.stop()


def platform(bot: Bot) -> Slack:
    found = bot.channel.platforms["slack"]
    assert isinstance(found, Slack)
    return found


# Who may call.


def test_the_signature_is_that_of_slacks_documentation() -> None:
    # "Verifying requests from Slack" has this example.
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert signature_for("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


def test_the_sdk_agrees_with_the_signature() -> None:
    stamp = str(int(time.time()))
    verifier = SignatureVerifier("secret")
    assert verifier.is_valid("x=é".encode(), stamp, signature_for("secret", stamp, "x=é".encode()))


async def test_forged_calls_of_all_kinds(slack: SlackDriver, slack_bot: Bot) -> None:
    calls = [call for kind in ("bad", "missing", "old") for call in slack.forged(kind)]
    assert len(calls) >= 100
    for call in calls:
        assert (await slack_bot.call(call)).status_code == 401, call
    assert not slack_bot.heard
    assert not slack.fake.sent


async def test_a_body_of_one_address_may_not_be_changed(slack: SlackDriver, slack_bot: Bot) -> None:
    good = slack.message("my leg is weak")
    other = slack.message("something else")
    response = await slack_bot.call(Call(PATH, other.body, good.headers))
    assert response.status_code == 401
    assert not slack_bot.heard


@pytest.mark.parametrize("doubled", [SIGNATURE, TIMESTAMP])
async def test_a_header_that_comes_twice(slack: SlackDriver, slack_bot: Bot, doubled: str) -> None:
    call = slack.message("my leg is weak")
    headers = [*call.headers.items(), (doubled, call.headers[doubled])]
    response = await slack_bot.http.post(call.path, content=call.body, headers=headers)
    assert response.status_code == 401
    assert not slack_bot.heard


@pytest.mark.parametrize("path", [PATH, PRESSES])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods(slack: SlackDriver, slack_bot: Bot, path: str, method: str) -> None:
    call = slack.message("my leg is weak")
    response = await slack_bot.call(Call(path, call.body, call.headers, method))
    assert response.status_code == 405
    assert not slack_bot.heard


async def test_a_body_that_is_not_utf_8_is_no_reason_to_fail(
    slack: SlackDriver, slack_bot: Bot
) -> None:
    for path in (PATH, PRESSES, COMMANDS):
        for body in (
            b"\xff\xfe",
            b"payload=%ff",
            b"payload=[]",
            b"payload={",
            b"&".join([b"a"] * 9),
        ):
            response = await slack_bot.call(slack.signed(body, path))
            assert response.status_code in (200, 400), (path, body)
    many = b"&".join(b"a=%d" % number for number in range(1_000))
    assert (await slack_bot.call(slack.signed(many, COMMANDS))).status_code == 400
    assert not slack_bot.heard


async def test_a_wrong_signature_with_a_check_of_the_certificate(slack_bot: Bot) -> None:
    body = b"ssl_check=1&text=my+leg+is+weak&channel_id=C1&user_id=U1&trigger_id=1.1"
    response = await slack_bot.call(Call(COMMANDS, body))
    assert (response.status_code, response.text) == (200, "")
    assert not slack_bot.heard
    assert (await slack_bot.call(Call(COMMANDS, method="GET"))).status_code == 400


# The handshake.


async def test_the_challenge(slack: SlackDriver, slack_bot: Bot) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode()
    response = await slack_bot.call(slack.signed(body))
    assert response.json() == {"challenge": "3eZbrw1a"}
    assert (await slack_bot.call(Call(PATH, body))).status_code == 401


async def test_a_challenge_that_is_none(slack: SlackDriver, slack_bot: Bot) -> None:
    body = b'{"type": "url_verification", "challenge": {"a": 1}}'
    assert (await slack_bot.call(slack.signed(body))).json() == {"challenge": ""}


async def test_the_acknowledgement_has_nothing_in_it(slack: SlackDriver, slack_bot: Bot) -> None:
    for call in (
        slack.message("hello"),
        slack.command("hello"),
        slack.press(SentButton("One", "q:x1.foods")),
    ):
        response = await slack_bot.call(call)
        assert (response.status_code, response.text) == (200, "")


# The same message, twice.


async def test_a_mention_that_comes_as_message_too(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", f"{MENTION} my leg twitches")
    await slack_bot.call(slack.event(**said))
    await slack_bot.call(slack.event(**{**said, "type": "app_mention"}))
    assert [heard.text for heard in slack_bot.heard] == ["my leg twitches"]
    assert len(slack.fake.sent) == 1


async def test_both_at_once(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", f"{MENTION} my leg twitches")
    calls = [slack.event(**{**said, "type": kind}) for kind in ("app_mention", "message")] * 3
    await asyncio.gather(*(slack_bot.call(call, wait=False) for call in calls))
    await slack_bot.quiet()
    assert len(slack_bot.heard) == 1


async def test_an_edited_mention_that_comes_twice(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", f"{MENTION} my leg twitches")
    await slack_bot.call(slack.event(**said))
    edited = {**said, "text": f"{MENTION} my leg is weak", "edited": {"ts": slack.ts()}}
    await slack_bot.call(slack.changed(said, edited, said))
    await slack_bot.call(slack.event(**{**edited, "type": "app_mention"}))
    assert [heard.text for heard in slack_bot.heard] == ["my leg twitches", "my leg is weak"]


async def test_a_command_and_a_press_that_come_twice(slack: SlackDriver, slack_bot: Bot) -> None:
    for call in (slack.command("hello"), slack.press(SentButton("One", "q:x1.foods"))):
        for _ in range(3):
            await slack_bot.call(call)
    assert [heard.text for heard in slack_bot.heard] == ["hello", "q:x1.foods"]


# Mentions, threads, and places.


@pytest.mark.parametrize("channel_type", ["channel", "group", "mpim"])
async def test_only_what_mentions_the_bot(
    slack: SlackDriver, slack_bot: Bot, channel_type: str
) -> None:
    for text in ("my leg is weak", "<@U0BOB> my leg is weak", "@twitchwise hello"):
        said = slack.said("ann", "club", text, channel_type=channel_type)
        await slack_bot.call(slack.event(**said))
    assert not slack_bot.heard
    for mention in (MENTION, f"<@{BOT_USER}|twitchwise>"):
        said = slack.said("ann", "club", f"my {mention} leg is weak", channel_type=channel_type)
        await slack_bot.call(slack.event(**said))
    assert [heard.text for heard in slack_bot.heard] == ["my leg is weak"] * 2


async def test_a_mention_is_known_without_the_name(slack: SlackDriver, slack_bot: Bot) -> None:
    platform(slack_bot)._bot_user = ""
    await slack_bot.call(slack.event(**slack.said("ann", "club", f"{MENTION} hello")))
    assert [heard.text for heard in slack_bot.heard] == ["hello"]


async def test_a_bare_mention_is_welcomed(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.event(**slack.said("ann", "club", f"{MENTION} ")))
    assert first_line("utter_welcome") in reading(slack.fake.sent)
    assert not slack_bot.heard


async def test_a_picture_with_a_mention(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", MENTION, subtype="file_share", files=[{"id": "F0"}])
    await slack_bot.call(slack.event(**said))
    assert text_of("utter_no_words") in reading(slack.fake.sent)


async def test_a_forwarded_message_without_words(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "", "", attachments=[{"is_share": True, "text": "my leg is weak"}])
    await slack_bot.call(slack.event(**said))
    assert text_of("utter_no_words") in reading(slack.fake.sent)


async def test_replies_stand_in_the_thread(slack: SlackDriver, slack_bot: Bot) -> None:
    first = slack.said("ann", "club", f"{MENTION} hello")
    later = slack.said("ann", "club", f"{MENTION} again", thread_ts=first["ts"])
    without = slack.said("ann", "club", "and now?", thread_ts=first["ts"])
    for said in (first, later, without):
        await slack_bot.call(slack.event(**said))
    assert [heard.text for heard in slack_bot.heard] == ["hello", "again"]
    assert [one.raw["thread_ts"] for one in slack.fake.sent] == [first["ts"]] * 2
    assert slack_bot.heard[0].sender == slack_bot.heard[1].sender, (
        "the channel is the place, not the thread"
    )


async def test_private_replies_stand_in_no_thread(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.message("hello"))
    thread = slack.ts()
    await slack_bot.call(slack.event(**slack.said("ann", "", "again", thread_ts=thread)))
    assert "thread_ts" not in slack.fake.sent[0].raw
    assert slack.fake.sent[1].raw["thread_ts"] == thread


async def test_a_thread_that_takes_no_replies(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", f"{MENTION} my leg is numb", thread_ts=LONELY_TS)
    await slack_bot.call(slack.event(**said))
    assert is_urgent(slack.fake.sent)
    assert "thread_ts" not in slack.fake.sent[-1].raw


async def test_people_of_other_workspaces(slack: SlackDriver, slack_bot: Bot) -> None:
    for team in (TEAM, "T0OTHER"):
        said = slack.said("ann", "club", f"{MENTION} hello", team=team, user_team=team)
        await slack_bot.call(slack.event(**said))
    assert slack_bot.heard[0].sender != slack_bot.heard[1].sender


async def test_all_ways_lead_to_one_conversation(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.message("hello", group="club"))
    await slack_bot.call(slack.command("hello"))
    await slack_bot.call(slack.press(SentButton("One", "q:x1.foods"), group="club"))
    assert len({heard.sender for heard in slack_bot.heard}) == 1
    assert len(slack_bot.heard) == 3


# What people typed.


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("5 &lt; 6 &amp; 7 &gt; 4", "5 < 6 & 7 > 4"),
        ("&amp;lt; &amp;amp;", "&lt; &amp;"),
        ("&quot; &#39; &nbsp;", "&quot; &#39; &nbsp;"),
        ("call <tel:0201234567|020 123 4567> now", "call 020 123 4567 now"),
        ("see <https://a.example/?x=1&amp;y=2>", "see https://a.example/?x=1&y=2"),
        ("see <http://nhs.uk|nhs.uk>", "see nhs.uk"),
        ("a <https://a.example|link &amp; more>", "a link & more"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("my <@U0BOB> leg", "my leg"),
        ("my leg, <@U0BOB|bob>, is weak", "my leg,, is weak"),
        ("in <#C0CLUB|club> and <#C0CLUB>", "in #club and "),
        ("<!here> and <!subteam^S0|@nurses>", " and @nurses"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<b>bold</b> <>", "<b>bold</b> <>"),
        ("a &lt;@U0BOB&gt; b", "a <@U0BOB> b"),
        ("my leg is *weak* and _numb_", "my leg is *weak* and _numb_"),
        ("", ""),
    ],
)
def test_slacks_marks_are_undone(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_no_text_takes_long() -> None:
    # Quadratic work on these would not end while anybody waits.
    for piece in ("<", "<@", "<a:", "<#", "<!x|", "&", " <@U", "<a:b|"):
        assert as_typed(piece * 50_000) == piece * 50_000


async def test_a_numb_foot_behind_marks(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(
        slack.event(**slack.said("ann", "", "my foot &amp; leg are <http://a.b|numb>"))
    )
    assert [heard.text for heard in slack_bot.heard] == ["my foot & leg are numb"]
    assert is_urgent(slack.fake.sent)


# Edits.


async def test_an_edit_that_adds_the_mention(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "club", "my leg is weak")
    await slack_bot.call(slack.event(**said))
    assert not slack_bot.heard
    edited = {**said, "text": f"{MENTION} my leg is weak", "edited": {"ts": slack.ts()}}
    await slack_bot.call(slack.changed(said, edited, said))
    assert [heard.text for heard in slack_bot.heard] == ["my leg is weak"]
    assert slack.fake.sent[0].raw["thread_ts"] == said["ts"]


async def test_an_edit_without_the_message_before(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "", "my leg twitches")
    await slack_bot.call(slack.event(**said))
    edited = {**said, "edited": {"ts": slack.ts()}}
    await slack_bot.call(slack.changed(said, edited, None))
    await slack_bot.call(slack.changed(said, {**edited, "text": "my leg is weak"}, None))
    assert [heard.text for heard in slack_bot.heard] == ["my leg twitches"], "one edit has one id"
    later = {**edited, "text": "my leg is weak", "edited": {"ts": slack.ts()}}
    await slack_bot.call(slack.changed(said, later, None))
    assert [heard.text for heard in slack_bot.heard] == ["my leg twitches", "my leg is weak"]


async def test_a_preview_is_no_edit(slack: SlackDriver, slack_bot: Bot) -> None:
    said = slack.said("ann", "", "see https://a.example")
    preview = {**said, "attachments": [{}]}
    await slack_bot.call(slack.changed(said, preview, None))
    edited = {"edited": {"user": said["user"], "ts": slack.ts()}}
    # It was edited before the bot was there.
    await slack_bot.call(slack.changed(said, {**preview, **edited}, {**said, **edited}))
    assert not slack_bot.heard
    assert not slack.fake.sent


# Beginnings.


async def test_who_opens_the_messages_is_welcomed_once(slack: SlackDriver, slack_bot: Bot) -> None:
    opened = {"type": "app_home_opened", "user": user_id("ann"), "channel": channel_id("ann")}
    await slack_bot.call(slack.event(**opened, tab="home"))
    assert not slack.fake.calls[1:]
    await slack_bot.call(slack.event(**opened, tab="messages"))
    await slack_bot.until(lambda: bool(slack.fake.sent))
    assert first_line("utter_welcome") in reading(slack.fake.sent)
    assert is_complete(slack.fake.sent)
    slack.fake.clear()
    await slack_bot.call(slack.event(**opened, tab="messages"))
    await slack_bot.until(lambda: not platform(slack_bot)._beside)
    await slack_bot.quiet()
    assert not slack.fake.sent


async def test_who_knows_the_bot_is_not_welcomed_again(slack: SlackDriver, slack_bot: Bot) -> None:
    channel = channel_id("ann")
    slack.fake.history[channel] = [{"type": "message", "text": "hello"}]
    opened = {"type": "app_home_opened", "user": user_id("ann"), "channel": channel}
    await slack_bot.call(slack.event(**opened, tab="messages"))
    await slack_bot.until(lambda: not platform(slack_bot)._beside)
    assert "POST /slack/conversations.history" in slack.fake.calls
    await slack_bot.quiet()
    assert not slack.fake.sent


async def test_no_welcome_where_slack_does_not_answer(slack: SlackDriver, slack_bot: Bot) -> None:
    slack.fake.fault = Fault("500", times=1)
    opened = {"type": "app_home_opened", "user": user_id("ann"), "channel": channel_id("ann")}
    await slack_bot.call(slack.event(**opened, tab="messages"))
    await slack_bot.until(lambda: not platform(slack_bot)._beside)
    await slack_bot.quiet()
    assert not slack.fake.sent


async def test_the_bot_joins_a_channel_once(slack: SlackDriver, slack_bot: Bot) -> None:
    call = slack.join()
    await slack_bot.call(call)
    await slack_bot.call(call)
    assert len(slack.fake.to(channel_id("", "club"))) == 1


# Commands.


async def test_a_command_is_answered_to_one_person_alone(
    slack: SlackDriver, slack_bot: Bot
) -> None:
    await slack_bot.call(slack.command("can dehydration cause twitching?"))
    assert [heard.text for heard in slack_bot.heard] == ["can dehydration cause twitching?"]
    assert len(slack.fake.whispered) == len(slack.fake.sent) == 1
    assert slack.fake.sent[0].to == "command"
    assert is_complete(slack.fake.sent)


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP "])
async def test_a_command_without_a_question(slack: SlackDriver, slack_bot: Bot, text: str) -> None:
    await slack_bot.call(slack.command(text))
    assert first_line("utter_welcome") in reading(slack.fake.sent)
    assert len(slack.fake.whispered) == 1
    assert not slack_bot.heard


async def test_a_command_with_a_red_flag(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.command("my leg is &lt;numb&gt;", command="/ask"))
    assert is_urgent(slack.fake.sent)


async def test_a_command_in_private(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.command("hello", group=""))
    assert len(slack.fake.whispered) == 1


async def test_more_parts_than_an_address_takes(slack: SlackDriver, slack_bot: Bot) -> None:
    words = " ".join(f"word{number}" for number in range(2_200))
    slack_bot.script["tell me all"] = [{"text": words}]
    await slack_bot.call(slack.command("tell me all"))
    assert len(slack.fake.whispered) == len(slack.fake.sent) > 5
    assert slack.fake.sent[-1].to == f"{channel_id('', 'club')}/{user_id('ann')}"
    assert words in reading(slack.fake.sent)
    assert is_complete(slack.fake.sent)


async def test_an_address_that_is_too_old(slack: SlackDriver, slack_bot: Bot) -> None:
    slack.fake.expired.add("command")
    await slack_bot.call(slack.command("my leg is numb"))
    assert is_urgent(slack.fake.sent)
    assert "response_type" not in slack.fake.whispered[0]


async def test_a_command_where_the_bot_is_not(slack: SlackDriver, slack_bot: Bot) -> None:
    await slack_bot.call(slack.command("my leg is numb", channel_id=FOREIGN_CHANNEL))
    assert is_urgent(slack.fake.sent)
    slack.fake.clear()
    slack.fake.expired.add("command")
    await slack_bot.call(slack.command("my leg is weak", channel_id=FOREIGN_CHANNEL))
    assert not slack.fake.sent
    assert not slack_bot.channel.desk._later, "nothing can be done about it"


async def test_what_one_person_cannot_be_told_now_is_told_later(
    slack: SlackDriver, slack_bot: Bot
) -> None:
    slack.fake.fault = Fault("500", times=6)
    await slack_bot.call(slack.command("my leg is numb", channel_id=FOREIGN_CHANNEL), wait=False)
    await slack_bot.until(lambda: bool(slack.fake.sent))
    await slack_bot.quiet()
    assert is_urgent(slack.fake.sent)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/commands/1",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com.evil.example/commands/1",
        "https://hooks.slack.com@evil.example/commands/1",
        "https://[::1/commands",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_address_but_slacks_is_called(url: str) -> None:
    form = {"channel_id": "C1", "user_id": "U1", "trigger_id": "1.1", "response_url": url}
    inbound = read_command(form, api_url="https://slack.com/api")
    assert inbound is not None
    assert inbound.address == {"channel": "C1", "user": "U1"}
    mine = "https://hooks.slack.com/commands/T1/1/abc"
    inbound = read_command({**form, "response_url": mine}, api_url="https://slack.com/api")
    assert inbound is not None
    assert inbound.address["response_url"] == mine


# Buttons.


async def test_a_button_of_what_one_person_alone_sees(slack: SlackDriver, slack_bot: Bot) -> None:
    payload = slack.pressed(SentButton("One", "q:x1.foods"), group="club", is_ephemeral=True)
    await slack_bot.call(slack.interaction(payload))
    assert [heard.text for heard in slack_bot.heard] == ["q:x1.foods"]
    assert [one.to for one in slack.fake.sent] == ["press"]


async def test_a_button_in_a_thread(slack: SlackDriver, slack_bot: Bot) -> None:
    thread = slack.ts()
    press = slack.pressed(SentButton("One", "q:x1.foods"), group="club", thread_ts=thread)
    await slack_bot.call(slack.interaction(press))
    assert slack.fake.sent[-1].raw["thread_ts"] == thread
    press = slack.pressed(SentButton("One", "q:x2.foods"), group="club")
    await slack_bot.call(slack.interaction(press))
    assert slack.fake.sent[-1].raw["thread_ts"] == press["message"]["ts"]
    await slack_bot.call(slack.press(SentButton("One", "q:x3.foods")))
    assert "thread_ts" not in slack.fake.sent[-1].raw


async def test_somebody_else_presses_a_button(slack: SlackDriver, slack_bot: Bot) -> None:
    slack_bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await slack_bot.call(slack.message("offer", group="club"))
    await slack_bot.call(
        slack.press(SentButton("Choice 2", "q:x2.foods"), person="bob", group="club")
    )
    assert [heard.text for heard in slack_bot.heard] == ["offer", "q:x2.foods"]
    assert slack_bot.heard[0].sender != slack_bot.heard[1].sender


async def test_what_stood_on_the_button_is_what_was_said(
    slack: SlackDriver, slack_bot: Bot
) -> None:
    await slack_bot.call(slack.press(SentButton("Salt & water > tea", "q:x1.foods")))
    turns = await slack_bot.channel.desk._replies._turns.history(slack_bot.heard[0].sender)
    assert [turn.said for turn in turns] == ["Salt & water > tea"]


async def test_twenty_five_buttons_and_no_more(slack: SlackDriver, slack_bot: Bot) -> None:
    for count, shown in ((25, 25), (26, 0)):
        slack.fake.clear()
        buttons = [button(number) for number in range(1, count + 1)]
        slack_bot.script["offer"] = [{"text": "Choose.", "buttons": buttons}]
        await slack_bot.call(slack.message("offer"))
        assert len(slack.fake.sent[-1].buttons) == shown
    assert "26. Choice 26" in reading(slack.fake.sent)


def test_a_press_that_is_none() -> None:
    assert read_press({}, api_url="") is None
    assert read_press({"type": "block_actions", "actions": [None]}, api_url="") is None
    assert read_press({"type": "view_submission", "actions": "x"}, api_url="") is None


# What is sent.


async def test_how_messages_are_sent(slack: SlackDriver, slack_bot: Bot) -> None:
    slack_bot.script["link"] = [{"text": "see https://a.example/x?a=1&b=2 and @channel"}]
    await slack_bot.call(slack.message("link"))
    raw = slack.fake.sent[0].raw
    assert raw["unfurl_links"] is raw["unfurl_media"] is False
    assert not {"as_user", "link_names", "parse"} & set(raw)
    section = raw["blocks"][0]
    assert section["expand"] is section["text"]["verbatim"] is True
    assert "<https://a.example/x?a=1&amp;b=2>" in section["text"]["text"]
    assert raw["text"] == section["text"]["text"]


#: What lasts until somebody mends the token, or what it may do.
TOKEN_ERRORS = [
    *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
    *("missing_scope", "not_allowed_token_type", "no_permission", "access_denied"),
    *("org_login_required", "team_access_not_granted", "ekm_access_denied"),
    "two_factor_setup_required",
]


@pytest.mark.parametrize(
    "code", ["ratelimited", "internal_error", "fatal_error", "rate_limited", *TOKEN_ERRORS]
)
async def test_errors_that_pass(slack: SlackDriver, slack_bot: Bot, code: str) -> None:
    slack.fake.failures = [code, code]
    await slack_bot.call(slack.message("my leg is numb"), wait=False)
    await slack_bot.until(lambda: bool(slack.fake.sent))
    await slack_bot.quiet()
    assert is_urgent(slack.fake.sent)


@pytest.mark.parametrize(
    ("channel", "code"), [(UNKNOWN_CHANNEL, "channel_not_found"), (ARCHIVED_CHANNEL, "is_archived")]
)
async def test_errors_that_do_not_pass(
    slack: SlackDriver, slack_bot: Bot, channel: str, code: str
) -> None:
    with pytest.raises(Undelivered, match=code) as raised:
        await platform(slack_bot).deliver({"channel": channel}, Part("hello"), 0)
    assert raised.value.is_final


async def test_a_token_that_is_wrong(slack_bot: Bot) -> None:
    ours = platform(slack_bot)
    ours.values = {**ours.values, "bot_token": "xoxb-wrong"}
    with pytest.raises(Undelivered, match="invalid_auth") as raised:
        await ours.start()
    assert not raised.value.is_final
    assert "xoxb" not in raised.value.reason


async def test_an_error_code_is_no_way_into_the_log(slack: SlackDriver, slack_bot: Bot) -> None:
    slack.fake.failures = ["my leg\nERROR is numb"]
    with pytest.raises(Undelivered) as raised:
        await platform(slack_bot).deliver({"channel": "D1"}, Part("hello"), 0)
    assert raised.value.reason == "slack refused chat.postMessage (no reason)"


async def test_the_fake_refuses_what_slack_would(slack: SlackDriver, slack_bot: Bot) -> None:
    ours = platform(slack_bot)
    address = {"channel": "D1"}
    refused = [
        ({"channel": ""}, Part("hello")),
        (address, Part("<!channel> hello")),
        (address, Part("<@U0BOB> hello")),
        (address, Part("5 < 6")),
        (address, Part("a & b")),
        (address, Part(" ")),
        (address, Part("Choose.", (Button("Call", url="tel:020"),))),
        ({"channel": "D1", "thread_ts": "now"}, Part("hello")),
    ]
    for where, part in refused:
        with pytest.raises(Undelivered) as raised:
            await ours.deliver(where, part, 0)
        assert raised.value.is_final
    assert len(slack.fake.rejected) == len(refused)
    assert not slack.fake.sent


# Settings.


async def test_the_page_names_all_addresses(slack_bot: Bot) -> None:
    page = (ROOT / "docs" / "channels" / "slack.md").read_text(encoding="utf-8")
    named = re.findall(r"YOUR-ADDRESS/webhooks/slack(/\S+)", page)
    assert sorted(named) == sorted({route.path for route in platform(slack_bot).routes()})


@pytest.mark.parametrize("token", ["xoxp-1-2-secret", "secret", "xoxe.xoxb-1-secret"])
def test_a_token_of_another_kind(token: str) -> None:
    values = {"bot_token": token, "signing_secret": "s", "api_url": "https://slack.com/api"}
    with pytest.raises(TwitchwiseError, match="TWITCHWISE_SLACK_BOT_TOKEN") as raised:
        Slack(values, desk=None)  # type: ignore[arg-type]
    assert "secret" not in str(raised.value)


# Reading, without a server.


def wrapped(**event: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}


def test_a_private_message() -> None:
    event = {"type": "message", "user": "U1", "text": "hi", "ts": "1.000001", "channel": "D1"}
    inbound = read_event(wrapped(**event), bots=BOTS)
    assert inbound is not None
    assert (inbound.id, inbound.person, inbound.place) == ("D1:1.000001", f"{TEAM}:U1", "D1")
    assert (inbound.address, inbound.text, inbound.edits) == ({"channel": "D1"}, "hi", None)


def test_ids_that_are_none() -> None:
    event = {"type": "message", "user": "U1", "text": "hi", "ts": "1.1", "channel": "D1"}
    for key in ("user", "ts", "channel"):
        for value in ("", "9" * 400, "a b", "\ud800", 1.5, None, ["x"], {"x": 1}, True):
            assert read_event(wrapped(**{**event, key: value}), bots=BOTS) is None


def test_shapes_that_are_none() -> None:
    shapes: tuple[Any, ...] = (None, 7, "x", [], {}, [None])
    for value in shapes:
        for kind in ("message", "app_mention", "member_joined_channel", "app_home_opened"):
            assert read_event(wrapped(type=kind, message=value), bots=BOTS) is None
        assert read_event({"type": "event_callback", "event": value}, bots=BOTS) is None
        assert bots_of({"authorizations": value}, "") == frozenset()
        assert read_press({"type": "block_actions", "actions": value}, api_url="") is None
    assert read_command({}, api_url="") is None


def test_only_bots_are_bots() -> None:
    authorizations = [
        {"user_id": "U1", "is_bot": False},
        {"user_id": "U2", "is_bot": True},
        {"user_id": "U3", "is_bot": "yes"},
    ]
    assert bots_of({"authorizations": authorizations}, "U4") == {"U2", "U4"}


def test_words_without_media_are_a_message() -> None:
    event = {"type": "message", "user": "U1", "ts": "1.1", "channel": "D1", "text": "hi"}
    for subtype in ("", "file_share", "me_message", "thread_broadcast"):
        inbound = read_event(wrapped(**event, subtype=subtype), bots=BOTS)
        assert inbound is not None
        assert inbound.event is Event.MESSAGE
    for subtype in ("bot_message", "channel_join", "message_deleted", "tombstone", "new_one"):
        assert read_event(wrapped(**event, subtype=subtype), bots=BOTS) is None


def test_a_form() -> None:
    body = urlencode({"text": "é & ü", "empty": ""}).encode() + b"&text=second"
    assert form_in(body) == {"text": "é & ü", "empty": ""}


def test_signatures_differ_by_time() -> None:
    assert signature(b"x", at="1")[SIGNATURE] != signature(b"x", at="2")[SIGNATURE]
