"""What only Discord has: pings, replies that come later, who can see them, commands, tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.bot import Bot
from tests.channels.drivers.discord import PATH, PUBLIC_KEY, DiscordDriver
from tests.channels.drivers.driver import Driver
from tests.channels.fakes.discord import APP_ID, EPHEMERAL, TOKEN, shown
from tests.channels.fakes.server import Fault, Rejected, Sent
from tests.channels.texts import first_line, reading, text_of
from twitchwise.channels.platforms import discord
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.discord import (
    COMMANDS,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Discord,
    message_of,
    read_interaction,
)
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button


@pytest.fixture
def app(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> DiscordDriver:
    found = drivers["discord"]
    assert isinstance(found, DiscordDriver)
    for name, value in found.variables.items():
        home.setenv(name, value)
    home.setattr(discord, "_DEFERRED_WITHIN", (0.01, 0.01, 0.01))
    return found


@pytest.fixture
async def bot(app: DiscordDriver) -> AsyncIterator[Bot]:
    made = await Bot({"discord": app}).start()
    yield made
    await made.stop()


def direct_to(app: DiscordDriver, person: str = "ann") -> str:
    """Return the channel of direct messages to a person."""
    call = json.loads(app.message("hello", person=person).body)
    return f"77{call['user']['id']}"


def token_of(body: bytes) -> str:
    return str(json.loads(body)["token"])


def interaction(kind: int = 2, **content: Any) -> dict[str, Any]:
    """Return an interaction in a direct message, with these parts changed."""
    return {
        "id": "123",
        "application_id": APP_ID,
        "type": kind,
        "token": "a-token_1",
        "channel_id": "5",
        "user": {"id": "42", "username": "kim"},
        "context": 1,
        "data": {"name": "ask", "options": [{"name": "question", "type": 3, "value": "hello"}]},
        **content,
    }


# Calls.


async def test_a_ping_is_answered(app: DiscordDriver, bot: Bot) -> None:
    body = json.dumps({"id": "1", "application_id": APP_ID, "type": 1, "version": 1}).encode()
    response = await bot.call(app.signed(body))
    assert (response.status_code, response.json()) == (200, {"type": 1})
    assert response.headers["content-type"].startswith("application/json")


async def test_a_forged_ping_is_refused(app: DiscordDriver, bot: Bot) -> None:
    # Discord takes the address back where one of these is answered.
    good = app.signed(b'{"type": 1}')
    for changed in ({SIGNATURE_HEADER: "0" * 128}, {TIMESTAMP_HEADER: "1"}):
        headers = {**good.headers, **changed}
        response = await bot.http.post(PATH, content=good.body, headers=headers)
        assert response.status_code == 401


async def test_headers_that_come_twice(app: DiscordDriver, bot: Bot) -> None:
    call = app.message("hello")
    for name in (SIGNATURE_HEADER, TIMESTAMP_HEADER):
        headers = [*call.headers.items(), (name, call.headers[name])]
        response = await bot.http.post(PATH, content=call.body, headers=headers)
        assert response.status_code == 401
    assert not bot.heard


async def test_only_posts_are_taken(app: DiscordDriver, bot: Bot) -> None:
    call = app.message("hello")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        response = await bot.http.request(method, PATH, headers=call.headers)
        assert response.status_code == 405
    assert not bot.heard


async def test_a_signature_in_capitals(app: DiscordDriver, bot: Bot) -> None:
    call = app.message("hello")
    headers = {**call.headers, SIGNATURE_HEADER: call.headers[SIGNATURE_HEADER].upper()}
    response = await bot.http.post(PATH, content=call.body, headers=headers)
    assert response.status_code == 200
    await bot.quiet()


@pytest.mark.parametrize(
    "body",
    [
        {"type": 4},
        {"type": 5},
        {"type": 99},
        {"type": "2", "data": {"name": "ban"}},
        {"data": {"name": "ask"}, "token": ""},
        {"data": {"name": "ask"}, "token": "../../x"},
        {"data": {"name": "ask"}, "token": "a?b"},
        {"data": {"name": "ask"}, "id": "x"},
        {"data": None},
        {"type": 3, "data": {"custom_id": ""}},
        {"user": None},
        {"channel_id": None},
    ],
)
async def test_interactions_that_are_not_known(
    app: DiscordDriver, bot: Bot, body: dict[str, Any]
) -> None:
    response = await bot.call(app.signed(json.dumps(interaction(**body)).encode()))
    assert response.status_code == 400
    assert not bot.heard


async def test_an_interaction_of_another_application(app: DiscordDriver, bot: Bot) -> None:
    body = json.dumps(interaction(application_id="1")).encode()
    assert (await bot.call(app.signed(body))).status_code == 401
    assert not bot.heard


# What people write.


async def test_commands(app: DiscordDriver, bot: Bot) -> None:
    await bot.call(app.command("help", group="club"))
    assert first_line("utter_welcome") in reading(app.fake.sent)
    await bot.call(app.message("my leg twitches"))
    sender = bot.heard[0].sender
    assert await bot.channel.desk._replies._turns.history(sender)
    app.fake.sent.clear()
    await bot.call(app.command("forget"))
    assert text_of("utter_forgotten") in reading(app.fake.sent)
    assert not await bot.channel.desk._replies._turns.history(sender)


def test_what_is_read_of_interactions() -> None:
    found = read_interaction(interaction())
    assert found is not None
    assert (found.id, found.person, found.place) == ("123", "42", "5")
    assert (found.text, found.said, found.event) == ("hello", None, Event.MESSAGE)
    spaces = [{"name": "other", "value": "no"}, None, {"name": "question", "value": "  yes \n"}]
    found = read_interaction(interaction(data={"name": "ask", "options": spaces}))
    assert found is not None
    assert found.text == "yes"


def test_who_it_is_is_no_name() -> None:
    people = [
        read_interaction(interaction(user={"id": "42", "username": "kim"})),
        read_interaction(interaction(user={"id": "43", "username": "kim"})),
        read_interaction(interaction(user=None, member={"user": {"id": "44"}}, guild_id="9")),
        # Whoever is a member writes as that, whatever else stands there.
        read_interaction(interaction(member={"user": {"id": "45"}}, guild_id="9")),
    ]
    assert [found.person for found in people if found] == ["42", "43", "44", "45"]


@pytest.mark.parametrize(
    ("where", "is_ephemeral"),
    [
        ({}, False),
        ({"context": None}, False),
        ({"context": 2}, True),
        ({"context": {}}, True),
        ({"guild_id": "9", "context": 0}, True),
        ({"guild_id": "9", "context": None}, True),
    ],
)
def test_who_can_see_a_reply(where: dict[str, Any], is_ephemeral: bool) -> None:
    found = read_interaction(interaction(**where))
    assert found is not None
    assert found.address["is_ephemeral"] is is_ephemeral


def test_what_stood_on_a_button_is_known() -> None:
    keys = [{"label": "Which foods?", "custom_id": "q:x"}, None, {"custom_id": "q:y"}]
    message = {"components": [{"components": "x"}, None, {"type": 1, "components": keys}]}
    for payload, title in (("q:x", "Which foods?"), ("q:y", None), ("q:z", None)):
        found = read_interaction(interaction(3, data={"custom_id": payload}, message=message))
        assert found is not None
        assert (found.text, found.said) == (payload, title)


# Replies.


async def test_in_servers_nobody_else_sees_a_reply(app: DiscordDriver, bot: Bot) -> None:
    bot.script["tell"] = [{"text": " ".join(f"word{n}" for n in range(600))}]
    response = await bot.call(app.message("tell", group="club"))
    assert response.json() == {"type": 5, "data": {"flags": EPHEMERAL}}
    raws = [one.raw for one in app.fake.sent]
    assert len(raws) > 1
    assert "flags" not in raws[0], "the first is as private as was said before"
    assert all(raw["flags"] == EPHEMERAL for raw in raws[1:])
    app.fake.sent.clear()
    response = await bot.call(app.message("tell"))
    assert response.json() == {"type": 5}
    assert not any("flags" in one.raw for one in app.fake.sent)


async def test_the_first_part_is_an_edit(app: DiscordDriver, bot: Bot) -> None:
    bot.script["tell"] = [{"text": " ".join(f"word{n}" for n in range(600))}]
    await bot.call(app.message("tell"))
    methods = [call.split()[0] for call in app.fake.calls if "/webhooks/" in call]
    assert methods[0] == "PATCH"
    assert set(methods[1:]) == {"POST"}
    assert not app.fake.rejected


async def test_a_reply_that_is_ready_too_early(app: DiscordDriver, bot: Bot) -> None:
    app.fake.not_yet = 3
    await bot.call(app.message("my leg is numb"))
    assert reading(app.fake.to(app.place())).startswith(first_line("utter_escalation"))
    assert len(app.fake.sent) == 1


async def test_what_is_late_comes_as_a_direct_message(app: DiscordDriver, bot: Bot) -> None:
    call = app.message("my leg is numb", group="club")
    app.fake.expired.add(token_of(call.body))
    await bot.call(call)
    sent = app.fake.to(direct_to(app))
    assert sent == app.fake.sent
    assert reading(sent).startswith(first_line("utter_escalation"))
    assert reading(sent).endswith(text_of("utter_disclaimer"))


async def test_the_rest_of_what_is_late(app: DiscordDriver, bot: Bot) -> None:
    bot.script["tell"] = [{"text": " ".join(f"word{n}" for n in range(600))}]
    call = app.message("tell")
    app.fake.expired.add(token_of(call.body))
    await bot.call(call)
    assert len(app.fake.sent) > 1
    assert app.fake.to(direct_to(app)) == app.fake.sent


async def test_a_direct_message_waits_for_a_token_that_is_right(
    app: DiscordDriver, bot: Bot
) -> None:
    platform = bot.channel.platforms["discord"]
    right = platform.values
    platform.values = {**right, "token": "wrong"}
    call = app.message("my leg is numb")
    app.fake.expired.add(token_of(call.body))
    await bot.call(call)
    assert not app.fake.sent
    assert bot.channel.desk._later, "it is tried again"
    platform.values = right
    await bot.until(lambda: bool(app.fake.sent))
    assert app.fake.to(direct_to(app)) == app.fake.sent


async def test_who_takes_no_direct_messages(
    app: DiscordDriver, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    call = app.message("my leg is numb")
    app.fake.expired.add(token_of(call.body))
    app.fake.closed.add(direct_to(app))
    await bot.call(call)
    assert not app.fake.sent
    assert not bot.channel.desk._later, "it is not tried again"
    assert "discord answered 403" in caplog.text
    assert token_of(call.body) not in caplog.text


async def test_other_refusals_are_no_reason_for_direct_messages(
    app: DiscordDriver, bot: Bot
) -> None:
    platform = bot.channel.platforms["discord"]
    call = app.message("hello")
    address = {"token": token_of(call.body), "person": "42", "is_ephemeral": False}
    with pytest.raises(Undelivered) as raised:
        await platform.deliver(address, Part("x" * 2_001), 0)
    assert raised.value.is_final
    assert not any("@me" in call for call in app.fake.calls)


async def test_all_buttons_in_rows_of_five() -> None:
    buttons = tuple(Button(f"Choice {n}", f"q:x{n}") for n in range(25))
    message = message_of(Part("Choose.", buttons))
    assert [len(row["components"]) for row in message["components"]] == [5] * 5
    assert [one.title for one in shown("c", message).buttons] == [b.title for b in buttons]


def test_buttons_that_do_the_same_are_one() -> None:
    buttons = [Button("A", "q:1"), Button("B", "q:2"), Button("C", "q:1")]
    sent = shown("c", message_of(Part("Choose.", tuple(buttons))))
    assert [one.title for one in sent.buttons] == ["A", "B"]


def test_links_that_are_too_long_for_buttons() -> None:
    short, long = "https://a.example/x", f"https://a.example/{'x' * 600}"
    links = (Button("Short", "", short), Button("Long", "", long))
    sent = shown("c", message_of(Part("Read.", links)))
    assert [one.url for one in sent.buttons] == [short]
    assert long in sent.text
    full = shown("c", message_of(Part("x" * 2_000, links)))
    assert full.text == "x" * 2_000


def test_the_fake_refuses_what_discord_refuses() -> None:
    key = {"type": 2, "style": 2, "label": "A", "custom_id": "a"}
    link = {"type": 2, "style": 5, "label": "A", "url": "https://a.example"}
    good = message_of(Part("hello"))
    rows: list[list[Any]] = [
        [{**key, "label": "x" * 81}],
        [{**key, "label": ""}],
        [{**key, "custom_id": "x" * 101}],
        [{**key, "url": "https://a.example"}],
        [{**link, "custom_id": "a"}],
        [{**link, "url": "tel:123"}],
        [{**link, "url": f"https://{'a' * 600}"}],
        [key, key],
        [{**key, "custom_id": str(n)} for n in range(6)],
        [],
    ]
    refused = [{**good, "components": [{"type": 1, "components": row}]} for row in rows]
    refused += [
        {**good, "content": " "},
        {**good, "content": "x" * 2_001},
        {"content": "hello"},
        {**good, "allowed_mentions": {"parse": ["everyone"]}},
        {**good, "flags": 4},
    ]
    for message in refused:
        with pytest.raises(Rejected):
            shown("c", message)
    assert shown("c", good) == Sent("c", "hello")


# The start.


async def test_commands_are_registered(app: DiscordDriver, bot: Bot) -> None:
    assert [one["name"] for one in app.fake.commands] == ["ask", "help", "forget"]
    assert app.fake.commands == json.loads(json.dumps(COMMANDS))
    assert app.fake.commands[0]["options"][0]["required"] is True


async def test_questions_are_answered_before_commands_are_registered(
    app: DiscordDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr("twitchwise.channels.platforms.channel._START_AGAIN_SECONDS", 0.3)
    app.fake.fault = Fault("500", times=4)
    app.fake.commands = []
    bot = await Bot({"discord": app}).start(wait=False)
    await bot.until(lambda: "500" in bot.channel.unready.get("discord", ""))
    await bot.call(app.message("my leg is numb"))
    assert reading(app.fake.sent).startswith(first_line("utter_escalation"))
    await bot.until(lambda: len(app.fake.commands) == 3)
    await bot.stop()


async def test_a_wrong_token_is_reported_without_it(
    app: DiscordDriver, home: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    home.setenv("TWITCHWISE_DISCORD_TOKEN", "wrongTokenOfTheTests")
    bot = await Bot({"discord": app}).start(wait=False)
    await bot.until(lambda: "401" in bot.channel.unready.get("discord", ""))
    await bot.stop()
    assert "wrongTokenOfTheTests" not in caplog.text


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"public_key": "zz"}, "PUBLIC_KEY"),
        ({"public_key": PUBLIC_KEY[:-1]}, "PUBLIC_KEY"),
        ({"public_key": f"{PUBLIC_KEY}00"}, "PUBLIC_KEY"),
        ({"public_key": "٣" * 64}, "PUBLIC_KEY"),
        ({"app_id": "twitchwise"}, "APP_ID"),
        ({"app_id": "../1"}, "APP_ID"),
        ({"app_id": "١٢٣"}, "APP_ID"),
    ],
)
def test_values_that_cannot_be_used(changed: dict[str, str], named: str) -> None:
    good = {"app_id": APP_ID, "public_key": PUBLIC_KEY, "token": TOKEN, "api_url": "http://x"}
    Discord(good, None)  # type: ignore[arg-type]
    with pytest.raises(TwitchwiseError, match=f"TWITCHWISE_DISCORD_{named}") as raised:
        Discord({**good, **changed}, None)  # type: ignore[arg-type]
    assert "Mend:" in str(raised.value)
    assert not any(value in str(raised.value) for value in changed.values())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "user", "name", "options", "value", "custom_id", "components"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(sorted({*interaction(), "member", "message", "guild_id", "channel"})),
        _JSON,
        max_size=4,
    ),
    st.sampled_from([2, 3]),
)
def test_odd_shapes_break_nothing(changed: dict[str, Any], kind: int) -> None:
    found = read_interaction({**interaction(kind), **changed})
    if found is not None:
        assert found.person
        assert 0 < len(found.id) <= 200
        assert Inbound.from_json(found.as_json()) == found
