"""What only Microsoft Teams has: tokens, keys, mentions in entities, cards, threads, installations.

Payloads are those of the pages that drivers/teams.py names.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.channels.bot import Bot, button
from tests.channels.drivers.driver import Call
from tests.channels.drivers.teams import (
    BOT_NAME,
    PATH,
    SERVICE_URL,
    TeamsDriver,
    forged_tokens,
    token,
    untrusted_urls,
)
from tests.channels.fakes.teams import APP_ID, BOT_ID, KEY, KEY_ID, OTHER_KEY, PASSWORD, _jwk
from tests.channels.texts import first_line, reading
from twitchwise.channels.platforms import bot_framework, signing_keys
from twitchwise.channels.platforms.bot_framework import (
    SERVICE_HOSTS,
    connector_keys,
    keys_in,
    path_of,
)
from twitchwise.channels.platforms.channel import make_platforms
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.configuration import Configured, configured
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.channels.platforms.teams import Teams
from twitchwise.channels.platforms.teams_activities import read_activity
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button

ROW = next(row for row in ROWS if row.name == "teams")
ADDRESS = {
    "service_url": SERVICE_URL,
    "conversation": "a:1-ann",
    "reply_to": "1",
    "bot": BOT_ID,
    "person": "29:1ann",
}


@pytest.fixture
def teams(drivers: dict[str, Any]) -> TeamsDriver:
    found: TeamsDriver = drivers["teams"]
    return found


@pytest.fixture
async def bot(teams: TeamsDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    for name, value in teams.variables.items():
        home.setenv(name, value)
    made = await Bot({"teams": teams}).start()
    yield made
    await made.stop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How much later it is, in seconds, for keys and tokens."""
    later = [0.0]
    for module in (bot_framework, signing_keys):
        monkeypatch.setattr(module, "_now", lambda: time.monotonic() + later[0])
    return later


def platform_of(bot: Bot) -> Teams:
    found = bot.channel.platforms["teams"]
    assert isinstance(found, Teams)
    return found


def made(**values: str) -> Teams:
    """Return the platform with some of its variables set otherwise."""
    settings = {"app_id": APP_ID, "app_password": PASSWORD, **values}
    environ = {f"TWITCHWISE_TEAMS_{key.upper()}": value for key, value in settings.items()}
    found = make_platforms([configured(ROW, environ)], desk=None)["teams"]  # type: ignore[arg-type]
    assert isinstance(found, Teams)
    return found


def read(activity: dict[str, Any]) -> Inbound:
    found = read_activity(activity, bot_id=BOT_ID)
    assert found is not None
    return found


# Who may call.


async def test_no_forged_call_is_accepted(teams: TeamsDriver, bot: Bot) -> None:
    calls = [call for kind in ("bad", "missing", "old") for call in teams.forged(kind)]
    assert len(calls) > 90
    for call in calls:
        response = await bot.call(call, wait=False)
        assert response.status_code in (401, 403), call
    await bot.quiet()
    assert not bot.heard
    assert not teams.fake.sent
    # None of them was believed so far that it made us call anybody.
    assert teams.fake.calls.count("GET /teams/v1/.well-known/keys") == 1


async def test_what_each_forged_call_has_is_all_that_is_wrong_with_it(
    teams: TeamsDriver, bot: Bot
) -> None:
    assert (await bot.call(teams._told(token()))).status_code == 200
    assert (await bot.call(teams._told(token(), scheme="bearer "))).status_code == 200
    late: dict[str, Any] = {"exp": int(time.time()) - 200, "nbf": int(time.time()) + 200}
    assert (await bot.call(teams._told(token(**late)))).status_code == 200, "five minutes' leeway"
    assert len(bot.heard) == 3


async def test_a_token_that_comes_twice_is_none(teams: TeamsDriver, bot: Bot) -> None:
    call = teams.message("my leg is weak")
    good = ("Authorization", call.headers["Authorization"])
    for other in ("Bearer x", good[1]):
        headers = [good, ("Authorization", other)]
        response = await bot.http.post(PATH, content=call.body, headers=headers)
        assert response.status_code == 401
    assert not bot.heard


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(teams: TeamsDriver, bot: Bot, method: str) -> None:
    call = replace(teams.message("my leg is weak"), method=method)
    assert (await bot.call(call)).status_code == 405
    assert not bot.heard


async def test_a_forged_body_is_not_read(teams: TeamsDriver, bot: Bot) -> None:
    for body in (b"", b"{", b"[]", b"\xff"):
        assert (await bot.call(teams._told("garbage", body))).status_code == 403
        assert (await bot.call(teams.signed(body))).status_code == 400


async def test_refusals_tell_nobody_what_was_wrong_in_secret(
    teams: TeamsDriver, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for made_up in forged_tokens():
            response = await bot.call(teams._told(made_up))
            assert made_up not in response.text or len(made_up) < 5
    assert "a call was refused" in caplog.text
    assert "eyJ" not in caplog.text


@pytest.mark.parametrize("url", untrusted_urls())
def test_tokens_go_to_no_other_address(url: str) -> None:
    assert path_of(url, SERVICE_HOSTS) is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://smba.trafficmanager.net/amer/", "/amer"),
        ("https://smba.trafficmanager.net/teams", "/teams"),
        ("https://smba.trafficmanager.net/amer-client-ss.msg/", "/amer-client-ss.msg"),
        ("https://smba.trafficmanager.net:443/emea/" + APP_ID + "/", f"/emea/{APP_ID}"),
        ("https://smba.infra.gcc.teams.microsoft.com/gcc/", "/gcc"),
        ("https://skype.botframework.com", ""),
    ],
)
def test_addresses_of_bot_framework(url: str, path: str) -> None:
    assert path_of(url, SERVICE_HOSTS) == path


async def test_further_hosts_can_be_named() -> None:
    wider = made(service_hosts="smba.infra.gov.teams.microsoft.us, *.clinic.example")
    for url in ("https://smba.infra.gov.teams.microsoft.us/x", "https://bots.clinic.example/x"):
        to = wider._url_of({**ADDRESS, "service_url": url})
        assert to == f"{url}/v3/conversations/a%3A1-ann/activities/1"
    for url in ("https://clinic.example/", "https://evilclinic.example/"):
        with pytest.raises(Undelivered) as refused:
            wider._url_of({**ADDRESS, "service_url": url})
        assert refused.value.is_final
    await wider.client.close()


# Signing keys.


async def test_new_keys_are_fetched_when_one_is_unknown(
    teams: TeamsDriver, bot: Bot, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams.fake, "keys", [_jwk(OTHER_KEY, "new-key", ["msteams"])])
    call = teams._told(token(OTHER_KEY, "new-key"))
    assert (await bot.call(call)).status_code == 403, "not within a minute"
    clock[0] = 61
    assert (await bot.call(call)).status_code == 200
    assert (await bot.call(teams._told(token(KEY, KEY_ID)))).status_code == 403, "it is gone"


async def test_unknown_keys_make_nobody_fetch_all_the_time(
    teams: TeamsDriver, bot: Bot, clock: list[float]
) -> None:
    def fetched() -> int:
        return teams.fake.calls.count("GET /teams/v1/.well-known/keys")

    assert fetched() == 1
    for minute in range(1, 4):
        clock[0] = minute * 61
        calls = [teams._told(token(key_id=f"{minute}-{number}")) for number in range(20)]
        answers = await asyncio.gather(*(bot.call(call, wait=False) for call in calls))
        assert {answer.status_code for answer in answers} == {403}
        assert fetched() == 1 + minute


async def test_no_key_is_looked_for_where_the_algorithm_is_wrong(
    teams: TeamsDriver, bot: Bot, clock: list[float]
) -> None:
    clock[0] = 61
    for made_up in (token(algorithm="RS512", key_id="x"), token(algorithm="PS256", key_id="x")):
        assert (await bot.call(teams._told(made_up))).status_code == 403
    assert teams.fake.calls.count("GET /teams/v1/.well-known/keys") == 1


async def test_keys_are_fetched_anew_each_hour(
    teams: TeamsDriver, bot: Bot, clock: list[float]
) -> None:
    clock[0] = 3500
    await bot.call(teams.message("hello"))
    assert teams.fake.calls.count("GET /teams/v1/.well-known/keys") == 1
    clock[0] = 3700
    await bot.call(teams.message("hello"))
    assert teams.fake.calls.count("GET /teams/v1/.well-known/keys") == 2


async def test_keys_serve_for_some_days_where_none_can_be_fetched(
    teams: TeamsDriver, bot: Bot, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams.fake, "keys", [])
    clock[0] = 4 * 24 * 3600
    assert (await bot.call(teams.message("hello"))).status_code == 200
    clock[0] = 6 * 24 * 3600
    response = await bot.call(teams.message("hello"))
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    monkeypatch.setattr(teams.fake, "keys", [_jwk(KEY, KEY_ID, ["msteams"])])
    clock[0] += 6
    assert (await bot.call(teams.message("hello"))).status_code == 200


async def test_metadata_must_lead_to_keys_as_safely(teams: TeamsDriver, bot: Bot) -> None:
    keys = connector_keys(platform_of(bot).client, f"{teams.fake.url}/v1/.well-known/keys")
    with pytest.raises(Undelivered, match="no address of keys"):
        await keys.fetch()
    assert not bot_framework._is_as_safe("http://attacker.example/k", "https://login.example/o")
    assert not bot_framework._is_as_safe("file:///keys", "http://127.0.0.1/o")
    assert bot_framework._is_as_safe("https://login.example/k", "https://login.example/o")


def test_what_is_no_rsa_key_is_left_out() -> None:
    good = _jwk(KEY, KEY_ID, ["msteams"])
    broken: list[Any] = [
        {**good, "kid": ""},
        {**good, "kid": "b", "n": "!"},
        {**good, "kid": "c", "kty": "oct", "k": "c2VjcmV0"},
        {"kid": "d", "kty": "RSA"},
        {**good, "kid": "e", "endorsements": "msteams"},
        {**good, "kid": "f", "endorsements": [7, {}]},
        None,
        7,
        "x",
    ]
    found = keys_in({"keys": [good, *broken]})
    assert {name: set(key.endorsements) for name, key in found.items()} == {
        KEY_ID: {"msteams"},
        "e": set(),
        "f": set(),
    }
    empties: list[Any] = [None, [], "x", {}, {"keys": None}, {"keys": {}}]
    for empty in empties:
        assert keys_in(empty) == {}


# The bot's own token.


async def test_the_token_is_kept(teams: TeamsDriver, bot: Bot) -> None:
    for _ in range(3):
        await bot.call(teams.message("hello"))
    assert len(teams.fake.sent) == 3
    assert teams.fake.issued == 1


async def test_the_token_is_renewed_before_it_ends(
    teams: TeamsDriver, bot: Bot, clock: list[float]
) -> None:
    clock[0] = 3599 - 301
    await bot.call(teams.message("hello"))
    assert teams.fake.issued == 1
    clock[0] = 3599 - 299
    await bot.call(teams.message("hello"))
    assert teams.fake.issued == 2
    assert len(teams.fake.sent) == 2


async def test_a_token_that_lives_shortly_is_used_all_the_same(
    teams: TeamsDriver, bot: Bot, clock: list[float]
) -> None:
    teams.fake.lifetime = 200
    clock[0] = 4000
    await bot.call(teams.message("hello"))
    clock[0] += 99
    await bot.call(teams.message("hello"))
    assert teams.fake.issued == 2
    clock[0] += 2
    await bot.call(teams.message("hello"))
    assert teams.fake.issued == 3


async def test_a_token_that_is_refused_is_replaced(teams: TeamsDriver, bot: Bot) -> None:
    teams.fake.expire()
    await bot.call(teams.message("my leg is numb"))
    assert len(teams.fake.sent) == 1
    assert teams.fake.issued == 2


async def test_many_replies_fetch_one_token(teams: TeamsDriver, bot: Bot) -> None:
    teams.fake.expire()
    calls = [teams.message("hello", person=f"person{number}") for number in range(20)]
    await asyncio.gather(*(bot.call(call, wait=False) for call in calls))
    await bot.quiet()
    assert len(teams.fake.sent) == 20
    assert teams.fake.issued == 2


async def test_a_wrong_password_is_said_at_the_start(
    teams: TeamsDriver, home: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = made(**_short(teams.variables), app_password="another~Secret")
    with pytest.raises(Undelivered, match="no access token: teams answered 401") as raised:
        await wrong.start()
    assert not raised.value.is_final, "it is mended by who runs the bot, and replies wait"
    assert raised.value.status is None
    await wrong.client.close()


def _short(variables: dict[str, str]) -> dict[str, str]:
    found = {
        name.removeprefix("TWITCHWISE_TEAMS_").lower(): value for name, value in variables.items()
    }
    found.pop("app_password")
    return found


@pytest.mark.parametrize(
    ("tenant", "asked"), [("", "botframework.com"), ("x.example", "x.example")]
)
async def test_tenants(tenant: str, asked: str) -> None:
    platform = made(tenant_id=tenant)
    expected = f"https://login.microsoftonline.com/{asked}/oauth2/v2.0/token"
    assert platform._token._url == expected
    await platform.client.close()


# When the connector fails.


async def test_a_chat_in_motion_is_tried_again(teams: TeamsDriver, bot: Bot) -> None:
    teams.fake.failures = [(412, "PreconditionFailed")] * 2
    await bot.call(teams.message("hello"))
    assert len(teams.fake.sent) == 1
    teams.fake.failures = [(412, "PreconditionFailed")] * 4
    await bot.call(teams.message("hello"))
    assert len(teams.fake.sent) == 1
    await bot.until(lambda: len(teams.fake.sent) == 2)


async def test_a_registration_that_is_mended_later(teams: TeamsDriver, bot: Bot) -> None:
    teams.fake.failures = [(401, "BotNotRegistered")] * 4
    await bot.call(teams.message("my leg is numb"))
    await bot.until(lambda: len(teams.fake.sent) == 1)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "Bad Argument"),
        (403, "ConversationBlockedByUser"),
        (403, "BotNotInConversationRoster"),
        (403, "BotDisabledByAdmin"),
        (404, "ConversationNotFound"),
        (413, "MessageSizeTooBig"),
    ],
)
async def test_what_is_final_is_not_tried_again(
    teams: TeamsDriver, bot: Bot, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    teams.fake.failures = [(status, code)]
    await bot.call(teams.message("hello"))
    assert not bot.channel.desk._later
    assert len(teams.fake.paths) == 1
    assert f"teams answered {status}" in caplog.text
    await bot.call(teams.message("hello"))
    assert len(teams.fake.sent) == 1


# What people write.


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (f"<at>{BOT_NAME}</at> my leg is weak", "my leg is weak"),
        (f"<at>{BOT_NAME}</at>&nbsp;my leg is weak", "my leg is weak"),
        (f"\xa0<at>{BOT_NAME}</at>\xa0 my leg is weak\n", "my leg is weak"),
        (f"my leg <at>{BOT_NAME}</at> is weak", "my leg is weak"),
        (f"my leg is weak<at id='0'>{BOT_NAME}</at>", "my leg is weak"),
        (f"<at>{BOT_NAME}</at> <at>@{BOT_NAME}</at> hi <at>{BOT_NAME.upper()}</at>", "hi"),
        (f"<at>{BOT_NAME}</at> tell <at>Pranav Smith</at> too", "tell Pranav Smith too"),
        (f"<at>{BOT_NAME}</at> 38 &lt; 39 &amp; R&D &copy; &nbsp", "38 < 39 & R&D &copy; &nbsp"),
        (f"<at>{BOT_NAME}</at> a <b>b</b> <at c", "a <b>b</b> <at c"),
        (f"<at>{BOT_NAME}</at> one\r\ntwo", "one\r\ntwo"),
        ("no tags at all", "no tags at all"),
    ],
)
def test_mentions_are_taken_out(teams: TeamsDriver, text: str, heard: str) -> None:
    found = read(teams.activity("ann", "club", **teams.mentioning(text)))
    assert found.text == heard
    assert found.event is Event.MESSAGE


@pytest.mark.parametrize("kind", ["channel", "groupChat", "somethingNew"])
def test_only_entities_are_mentions(teams: TeamsDriver, kind: str) -> None:
    typed = teams.activity("ann", "club", text=f"<at>{BOT_NAME}</at> my leg is weak")
    typed["conversation"]["conversationType"] = kind
    assert read_activity(typed, bot_id=BOT_ID) is None
    other = {"type": "mention", "mentioned": {"id": "29:other"}, "text": f"<at>{BOT_NAME}</at>"}
    assert read_activity({**typed, "entities": [other]}, bot_id=BOT_ID) is None
    broken = [None, 7, {"type": "mention"}, {"type": "mention", "mentioned": []}]
    assert read_activity({**typed, "entities": broken}, bot_id=BOT_ID) is None
    named = teams.mentioning(typed["text"])
    assert read({**typed, **named}).text == "my leg is weak"


def test_groups_are_told_without_their_kind(teams: TeamsDriver) -> None:
    activity = teams.activity("ann", "club", text="hello")
    del activity["conversation"]["conversationType"]
    assert read_activity(activity, bot_id=BOT_ID) is None
    del activity["conversation"]["isGroup"]
    assert read(activity).text == "hello"


async def test_the_name_alone_is_welcomed(teams: TeamsDriver, bot: Bot) -> None:
    content = teams.mentioning(f"<at>{BOT_NAME}</at> ")
    await bot.call(teams.send(teams.activity("ann", "club", **content)))
    assert first_line("utter_welcome") in reading(teams.fake.to(teams.place("ann", "club")))


def test_people_and_places(teams: TeamsDriver) -> None:
    first = read(teams.activity("ann", "club", **teams.mentioning("one")))
    second = read(teams.activity("ann", "club", **teams.mentioning("two")))
    assert first.place == second.place == "19:club@thread.tacv2", "a thread is no place"
    assert first.person == second.person == teams.activity("ann")["from"]["aadObjectId"]
    assert first.id != second.id
    guest = teams.activity("ann", text="hello")
    del guest["from"]["aadObjectId"]
    assert read(guest).person == "29:1ann"


def test_ids_are_those_of_a_chat(teams: TeamsDriver) -> None:
    ann = read(teams.activity("ann", text="hello", id="1485983408511"))
    bob = read(teams.activity("bob", text="hello", id="1485983408511"))
    assert ann.id != bob.id
    long = teams.activity("ann", text="hello")
    long["conversation"]["id"] = "a:" + "x" * 900
    assert len(read(long).id) <= 200


@pytest.mark.parametrize("wrong", [None, "", 7.5, [], {}, "\ud800", "a b", "x" * 2000, "ü"])
@pytest.mark.parametrize("path", [("id",), ("conversation", "id"), ("from", "id")])
def test_ids_that_are_none(teams: TeamsDriver, path: tuple[str, ...], wrong: Any) -> None:
    activity = teams.activity("ann", text="hello")
    del activity["from"]["aadObjectId"]
    inner: Any = activity
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    assert read_activity(activity, bot_id=BOT_ID) is None


def test_the_html_of_a_message_is_no_picture(teams: TeamsDriver) -> None:
    html = {"contentType": "text/html", "content": "<div>hello <strong>you</strong></div>"}
    found = read(teams.activity("ann", text="hello you", attachments=[html]))
    assert (found.text, found.event) == ("hello you", Event.MESSAGE)
    empty = teams.activity("ann", text="", attachments=[{**html, "content": "<div></div>"}])
    assert read_activity(empty, bot_id=BOT_ID) is None


@pytest.mark.parametrize(
    "kind",
    [
        "image/png",
        "audio/mp4",
        "application/vnd.microsoft.teams.file.download.info",
        "application/vnd.microsoft.card.adaptive",
    ],
)
def test_files_are_media(teams: TeamsDriver, kind: str) -> None:
    activity = teams.activity("ann", text="", attachments=[{"contentType": kind}])
    assert read(activity).event is Event.MEDIA
    caption = read({**activity, "text": "my leg is weak"})
    assert (caption.text, caption.event) == ("my leg is weak", Event.MESSAGE)


async def test_an_edit_in_a_channel(teams: TeamsDriver, bot: Bot) -> None:
    call = teams.message("my leg twitches", group="club")
    await bot.call(call)
    changed = teams.edit(call, f"<at>{BOT_NAME}</at> my leg is weak")
    await bot.call(changed)
    await bot.call(changed)
    assert [heard.text for heard in bot.heard] == ["my leg twitches", "my leg is weak"]
    assert bot.heard[0].sender == bot.heard[1].sender


# Buttons.


async def test_a_button_in_a_channel_needs_no_mention(teams: TeamsDriver, bot: Bot) -> None:
    bot.script["offer"] = [{"text": "Choose.", "buttons": [button(1), button(2)]}]
    await bot.call(teams.message("offer", group="club"))
    pressed = teams.fake.sent[0].buttons[1]
    assert pressed.value["displayText"] == "Choice 2", "what others see"
    await bot.call(teams.press(pressed, group="club"))
    assert bot.heard[-1].text == "q:x2.foods"
    assert bot.heard[-1].sender == bot.heard[0].sender


@pytest.mark.parametrize(
    ("value", "text", "said"),
    [
        ({"payload": "q:x1.foods", "title": "Foods"}, "q:x1.foods", "Foods"),
        ('{"payload": "q:x1.foods", "title": "Foods"}', "q:x1.foods", "Foods"),
        ({"payload": "q:x1.foods"}, "q:x1.foods", None),
        ({"payload": "q:x1.foods", "title": {}}, "q:x1.foods", None),
        ({"payload": ["x"]}, "typed", None),
        ({"other": "card"}, "typed", None),
        ("[" * 100_000, "typed", None),
        ("{", "typed", None),
        (7, "typed", None),
        (None, "typed", None),
    ],
)
def test_values_of_buttons(teams: TeamsDriver, value: Any, text: str, said: str | None) -> None:
    found = read(teams.activity("ann", text="typed", value=value))
    assert (found.text, found.said) == (text, said)


# What goes out.


async def test_replies_go_to_the_thread(teams: TeamsDriver, bot: Bot) -> None:
    call = teams.message("hello", group="club")
    await bot.call(call)
    asked = json.loads(call.body)
    sent = teams.fake.sent[0].raw
    assert sent["conversation"] == {"id": asked["conversation"]["id"]}
    assert ";messageid=" in sent["conversation"]["id"]
    assert sent["replyToId"] == asked["id"]
    assert sent["recipient"] == {"id": asked["from"]["id"]}
    assert "name" not in json.dumps(sent)
    assert "%2F" not in teams.fake.paths[0]
    assert teams.fake.paths[0].endswith(f"/activities/{asked['id']}")


async def test_ids_cannot_lead_elsewhere(teams: TeamsDriver, bot: Bot) -> None:
    activity = teams.activity("ann", text="hello", id="../../../v3/x?y#z")
    activity["conversation"]["id"] = "a:../../other/%2e%2e"
    await bot.call(teams.send(activity))
    assert teams.fake.sent[0].raw["conversation"]["id"] == "a:../../other/%2e%2e"
    assert teams.fake.sent[0].raw["replyToId"] == "../../../v3/x?y#z"


async def test_a_reply_goes_to_the_service_url_where_no_proxy_is_set() -> None:
    platform = made()
    url = "https://smba.trafficmanager.net/emea/v3/conversations/a%3A1-ann/activities"
    assert platform._url_of(ADDRESS) == f"{url}/1"
    assert platform._url_of({**ADDRESS, "reply_to": ""}) == url
    await platform.client.close()


async def test_the_card_has_no_words_that_the_text_lacks(teams: TeamsDriver, bot: Bot) -> None:
    link = {"title": "Open the site", "url": "https://clinic.example/help"}
    bot.script["offer"] = [{"text": "Choose <one>.", "buttons": [link, button(1)]}]
    await bot.call(teams.message("offer"))
    (sent,) = teams.fake.sent
    assert "Choose &lt;one&gt;." in sent.raw["text"]
    assert sent.raw["textFormat"] == "xml"
    content = sent.raw["attachments"][0]["content"]
    assert content["body"] == []
    assert [action["type"] for action in content["actions"]] == ["Action.Submit", "Action.OpenUrl"]


async def test_the_largest_message_is_below_all_limits(teams: TeamsDriver, bot: Bot) -> None:
    platform = platform_of(bot)
    assert platform.limits.text == 9_000
    buttons = tuple(Button("t" * 60, "p" * 64) for _ in range(6))
    await platform.deliver(ADDRESS, Part("x" * 9_000, buttons), 0)
    largest = json.dumps(teams.fake.sent[0].raw)
    assert len(largest.encode("utf-16-le")) <= 28 * 1024


async def test_mentions_in_replies_are_words(teams: TeamsDriver, bot: Bot) -> None:
    said = "<at>Everyone</at> & <at>Team</at> read this"
    bot.script["call"] = [{"text": said}]
    await bot.call(teams.message("call"))
    assert said in reading(teams.fake.sent)
    assert not teams.fake.rejected
    assert "<at>" not in teams.fake.sent[0].raw["text"]


# Chats that begin, and other activities.


async def test_a_personal_chat_has_one_welcome(teams: TeamsDriver, bot: Bot) -> None:
    for content in (
        teams.joining("ann"),
        teams.activity("ann", type="installationUpdate", action="add"),
        teams.activity("ann", type="installationUpdate", action="add-upgrade"),
        teams.joining("ann"),
    ):
        await bot.call(teams.send(content))
    assert len(teams.fake.sent) == 1
    assert first_line("utter_welcome") in reading(teams.fake.sent)
    assert "replyToId" not in teams.fake.sent[0].raw
    await bot.call(teams.send(teams.activity("bob", type="installationUpdate", action="add")))
    assert len(teams.fake.to(teams.place("bob"))) == 1


async def test_a_channel_is_welcomed_each_time(teams: TeamsDriver, bot: Bot) -> None:
    joined = teams.send(teams.joining("ann", "club"))
    await bot.call(joined)
    await bot.call(joined)
    await bot.call(
        teams.send(teams.activity("ann", "club", type="installationUpdate", action="add"))
    )
    assert len(teams.fake.sent) == 1
    await bot.call(teams.send(teams.joining("ann", "club")))
    assert len(teams.fake.sent) == 2


@pytest.mark.parametrize(
    "name", ["task/fetch", "fileConsent/invoke", "adaptiveCard/action", "signin/verifyState", ""]
)
async def test_invokes_are_not_implemented(teams: TeamsDriver, bot: Bot, name: str) -> None:
    activity = teams.activity(type="invoke", name=name, value={"payload": "q:x1.foods"})
    assert (await bot.call(teams.send(activity))).status_code == 501
    forged = Call(PATH, json.dumps(activity).encode())
    assert (await bot.call(forged)).status_code == 401
    assert not bot.heard
    assert not teams.fake.sent


def test_bots_are_not_answered(teams: TeamsDriver) -> None:
    activity = teams.activity("ann", text="hello")
    for sender in ({"id": "28:other"}, {"id": "29:1", "role": "bot"}):
        assert read_activity({**activity, "from": sender}, bot_id=BOT_ID) is None


# What is set.


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("app_id", "my-bot"),
        ("app_id", f"{APP_ID}/x"),
        ("tenant_id", "a/b"),
        ("tenant_id", "a?b"),
        ("service_hosts", "https://x.example"),
        ("service_hosts", "x.example, *"),
        ("service_hosts", "*.com/x"),
        ("login_url", "login.example"),
        ("openid_url", "file:///keys"),
        ("api_url", "https://proxy.example?x"),
    ],
)
def test_values_that_cannot_be_used(key: str, value: str, caplog: pytest.LogCaptureFixture) -> None:
    environ = {
        "TWITCHWISE_TEAMS_APP_ID": APP_ID,
        "TWITCHWISE_TEAMS_APP_PASSWORD": PASSWORD,
        f"TWITCHWISE_TEAMS_{key.upper()}": value,
    }
    found: Configured = configured(ROW, environ)
    assert make_platforms([found], desk=None) == {}  # type: ignore[arg-type]
    assert f"TWITCHWISE_TEAMS_{key.upper()} cannot be used. Mend: set it to" in caplog.text
    assert value not in caplog.text


async def test_the_app_id_may_have_capitals() -> None:
    platform = made(app_id=APP_ID.upper())
    assert platform._app_id == APP_ID
    await platform.client.close()
