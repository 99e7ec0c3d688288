"""What only Google Chat has: signed tokens of two kinds, add-ons, cards, replies in responses."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.bot import Bot
from tests.channels.drivers.driver import Call, Driver
from tests.channels.drivers.google_chat import APP, PATH, GoogleChatDriver
from tests.channels.fakes.google_chat import (
    CHAT,
    GOOGLE,
    LARGEST,
    PROJECT,
    STRANGER,
    Signer,
    chat_claims,
    id_claims,
    shown,
)
from tests.channels.fakes.server import Fault, Rejected
from tests.channels.texts import first_line, reading, text_of
from twitchwise.channels.platforms import signing_keys
from twitchwise.channels.platforms.client import Undelivered
from twitchwise.channels.platforms.google_chat import (
    GoogleChat,
    event_of,
    message_of,
    read_event,
)
from twitchwise.channels.platforms.google_tokens import (
    CERTIFICATES_PATH,
    CHAT_ACCOUNT,
    JWKS_PATH,
    keys_of_certificates,
    keys_of_jwks,
)
from twitchwise.channels.platforms.inbound import Event, Inbound
from twitchwise.errors import TwitchwiseError
from twitchwise.rendering.parts import Part
from twitchwise.rendering.turn import Button

ENDPOINT = "https://bot.clinic.example/webhooks/google_chat/webhook"
ADDON = f"service-{PROJECT}@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"


@pytest.fixture
def chat(drivers: dict[str, Driver], home: pytest.MonkeyPatch) -> GoogleChatDriver:
    found = drivers["google_chat"]
    assert isinstance(found, GoogleChatDriver)
    for name, value in found.variables.items():
        home.setenv(name, value)
    return found


@pytest.fixture
async def bot(chat: GoogleChatDriver) -> AsyncIterator[Bot]:
    made = await Bot({"google_chat": chat}).start()
    yield made
    await made.stop()


@pytest.fixture
async def url_bot(chat: GoogleChatDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot whose audience is the endpoint's address."""
    home.setenv("TWITCHWISE_GOOGLE_CHAT_AUDIENCE", ENDPOINT)
    made = await Bot({"google_chat": chat}).start()
    yield made
    await made.stop()


@pytest.fixture
async def addon_bot(chat: GoogleChatDriver, home: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot that is a Google Workspace add-on."""
    home.setenv("TWITCHWISE_GOOGLE_CHAT_AUDIENCE", ENDPOINT)
    home.setenv("TWITCHWISE_GOOGLE_CHAT_ADDON_ACCOUNT", ADDON)
    made = await Bot({"google_chat": chat}).start()
    yield made
    await made.stop()


def with_token(call: Call, token: str) -> Call:
    return Call(call.path, call.body, {"Authorization": f"Bearer {token}"})


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let so much time pass for keys; it stands still then."""
    later = time.monotonic() + seconds
    monkeypatch.setattr(signing_keys, "_now", lambda: later)


def read(body: dict[str, Any]) -> Inbound | None:
    return read_event(event_of(body))


def event(kind: str = "MESSAGE", **content: Any) -> dict[str, Any]:
    """Return an event of an app of its own, with these parts changed."""
    return {
        "type": kind,
        "eventTime": "2026-03-01T09:00:00.123456Z",
        "user": {"name": "users/1", "displayName": "Kim", "type": "HUMAN"},
        "space": {"name": "spaces/A", "type": "DM"},
        "message": {"name": "spaces/A/messages/M", "text": "hello", "argumentText": "hello"},
        **content,
    }


# Tokens.


async def test_an_id_token_for_the_endpoint(chat: GoogleChatDriver, url_bot: Bot) -> None:
    token = GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT))
    response = await url_bot.call(with_token(chat.message("hello"), token))
    assert response.status_code == 200
    assert [heard.text for heard in url_bot.heard] == ["hello"]
    old_issuer = id_claims(ENDPOINT, CHAT_ACCOUNT, iss="accounts.google.com")
    response = await url_bot.call(with_token(chat.message("hi"), GOOGLE.token(**old_issuer)))
    assert response.status_code == 200


WRONG_IDS: list[Callable[[], str]] = [
    lambda: GOOGLE.token(**id_claims(ENDPOINT, "somebody@gmail.example")),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT, email_verified=False)),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT, email_verified="true")),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT, email_verified=None)),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT.upper())),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, f"x{CHAT_ACCOUNT}")),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, [CHAT_ACCOUNT])),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, ADDON)),
    lambda: GOOGLE.token(**chat_claims(aud=ENDPOINT, iss="https://accounts.google.com")),
    lambda: GOOGLE.token(**id_claims(f"{ENDPOINT}/", CHAT_ACCOUNT)),
    lambda: GOOGLE.token(**id_claims("https://other.example/", CHAT_ACCOUNT)),
    lambda: GOOGLE.token(**id_claims(PROJECT, CHAT_ACCOUNT)),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT, iss="https://accounts.example")),
    lambda: GOOGLE.token(**id_claims(ENDPOINT, CHAT_ACCOUNT, exp=1)),
    lambda: STRANGER.token(**id_claims(ENDPOINT, CHAT_ACCOUNT)),
    lambda: STRANGER.token(**id_claims(ENDPOINT, CHAT_ACCOUNT), key_id=GOOGLE.key_id),
    lambda: CHAT.token(**id_claims(ENDPOINT, CHAT_ACCOUNT)),
    lambda: CHAT.token(**chat_claims()),
]


@pytest.mark.parametrize("number", range(len(WRONG_IDS)))
async def test_id_tokens_of_others(chat: GoogleChatDriver, url_bot: Bot, number: int) -> None:
    call = with_token(chat.message("my leg is weak"), WRONG_IDS[number]())
    assert (await url_bot.call(call)).status_code == 401
    assert not url_bot.heard


async def test_an_add_on_is_called_by_its_own_account_alone(
    chat: GoogleChatDriver, addon_bot: Bot
) -> None:
    message = chat.message("hello")
    others = (CHAT_ACCOUNT, ADDON.replace(PROJECT, "999999999999"))
    for email in others:
        token = GOOGLE.token(**id_claims(ENDPOINT, email))
        assert (await addon_bot.call(with_token(message, token))).status_code == 401
    assert not addon_bot.heard
    token = GOOGLE.token(**id_claims(ENDPOINT, ADDON))
    assert (await addon_bot.call(with_token(message, token))).status_code == 200


async def test_two_tokens_are_none(chat: GoogleChatDriver, bot: Bot) -> None:
    call = chat.message("hello")
    twice = [("Authorization", call.headers["Authorization"])] * 2
    response = await bot.http.request("POST", PATH, content=call.body, headers=twice)
    assert response.status_code == 401
    assert not bot.heard


async def test_only_posts_are_taken(chat: GoogleChatDriver, bot: Bot) -> None:
    call = chat.message("hello")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        response = await bot.http.request(method, PATH, headers=call.headers)
        assert response.status_code == 405
    assert not bot.heard


async def test_how_the_scheme_is_written_does_not_matter(chat: GoogleChatDriver, bot: Bot) -> None:
    call = chat.message("hello")
    token = call.headers["Authorization"].partition(" ")[2]
    lower = Call(call.path, call.body, {"authorization": f"bearer {token}"})
    assert (await bot.call(lower)).status_code == 200


# Keys.


async def test_keys_are_fetched_once(chat: GoogleChatDriver, bot: Bot) -> None:
    for number in range(5):
        await bot.call(chat.message(f"hello {number}"))
    assert len(chat.fake.calls) == 1


async def test_unknown_keys_are_looked_for_once_a_minute(
    chat: GoogleChatDriver, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Signer("new")
    chat.fake.chat_signers = [CHAT, new]
    token = new.token(**chat_claims())
    before = len(chat.fake.calls)
    for _ in range(20):
        assert (await bot.call(with_token(chat.message("hello"), token))).status_code == 401
    assert len(chat.fake.calls) == before
    pass_time(monkeypatch, 61)
    assert (await bot.call(with_token(chat.message("hello"), token))).status_code == 200
    assert len(chat.fake.calls) == before + 1
    forged = STRANGER.token(**chat_claims())
    for _ in range(20):
        await bot.call(with_token(chat.message("hello"), forged))
    assert len(chat.fake.calls) == before + 1


async def test_a_key_that_google_has_withdrawn(
    chat: GoogleChatDriver, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.fake.chat_signers = [Signer("new")]
    assert (await bot.call(chat.message("hello"))).status_code == 200
    pass_time(monkeypatch, 3_601)
    assert (await bot.call(chat.message("hello again"))).status_code == 401


async def test_keys_that_cannot_be_fetched(
    chat: GoogleChatDriver, home: pytest.MonkeyPatch
) -> None:
    home.setattr(signing_keys, "_PAUSE_WITHOUT_KEYS_SECONDS", 0.0)
    chat.fake.fault = Fault("500", times=1_000)
    bot = await Bot({"google_chat": chat}).start(wait=False)
    response = await bot.call(chat.message("my leg is numb"))
    assert response.status_code == 503
    assert not bot.heard
    chat.fake.fault = Fault()
    assert (await bot.call(chat.message("my leg is numb"))).status_code == 200
    assert reading(chat.fake.sent).startswith(first_line("utter_escalation"))
    await bot.stop()


async def test_old_keys_do_while_new_ones_cannot_be_fetched(
    chat: GoogleChatDriver, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_time(monkeypatch, 3_601)
    chat.fake.fault = Fault("500", times=1_000)
    assert (await bot.call(chat.message("hello"))).status_code == 200
    failed = len(chat.fake.calls)
    assert (await bot.call(chat.message("hello again"))).status_code == 200
    assert len(chat.fake.calls) == failed, "it is not asked for with each message"


async def test_where_keys_are(chat: GoogleChatDriver, url_bot: Bot) -> None:
    assert [call.split("/google_chat")[1] for call in chat.fake.calls] == [JWKS_PATH]
    again = GoogleChat(_values(PROJECT, chat.fake.url), None)  # type: ignore[arg-type]
    await again.start()
    await again.stop()
    assert chat.fake.calls[-1].endswith(CERTIFICATES_PATH)


async def test_a_token_for_others_too(chat: GoogleChatDriver, bot: Bot) -> None:
    token = CHAT.token(**chat_claims(aud=[PROJECT, "999999999999"]))
    assert (await bot.call(with_token(chat.message("hello"), token))).status_code == 401
    assert not bot.heard


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {"a": "no certificate"},
        {"a": None},
        {"a": 7},
        {"keys": None},
        {"keys": "x"},
        {"keys": [None, 1, "x", {}, {"kty": "RSA"}, {"kty": "oct", "k": "eA", "kid": "a"}]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eA", "kid": "a"}]},
    ],
)
def test_what_is_no_key_is_left_out(body: Any) -> None:
    assert not keys_of_certificates(body)
    assert not keys_of_jwks(body)


def test_keys_among_others() -> None:
    assert set(keys_of_certificates({"a": "x", "b": CHAT.certificate()})) == {"b"}
    assert set(keys_of_jwks({"keys": [{}, GOOGLE.jwk()]})) == {GOOGLE.key_id}


def test_keys_that_are_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "_LEAST_BITS", 2_049)
    assert not keys_of_certificates({"b": CHAT.certificate()})
    assert not keys_of_jwks({"keys": [GOOGLE.jwk()]})


# What people write.


def test_who_it_is_is_no_display_name() -> None:
    kim = read(event())
    other = read(event(user={"name": "users/2", "displayName": "Kim", "type": "HUMAN"}))
    renamed = read(event(user={"name": "users/1", "displayName": "Kay", "type": "HUMAN"}))
    assert kim
    assert other
    assert renamed
    assert kim.person == renamed.person != other.person
    for name in ("Kim", "", None, 7, {"id": 1}):
        assert read(event(user={"name": name, "displayName": "Kim"})) is None


def test_the_sender_stands_in_for_a_user_that_is_missing() -> None:
    message = {"name": "spaces/A/messages/M", "text": "hi", "sender": {"name": "users/5"}}
    found = read(event(user=None, message=message))
    assert found is not None
    assert (found.person, found.text) == ("users/5", "hi")


@pytest.mark.parametrize(
    ("message", "text", "what"),
    [
        ({"text": "@Twitchwise my leg", "argumentText": " my leg"}, "my leg", Event.MESSAGE),
        ({"text": "/help", "argumentText": ""}, "", Event.JOIN),
        ({"text": "/help", "argumentText": "/help"}, "", Event.JOIN),
        ({"text": "/Help my leg is numb"}, "my leg is numb", Event.MESSAGE),
        ({"text": "/forget", "argumentText": ""}, "/forget", Event.MESSAGE),
        ({"text": "/ask is it bad", "argumentText": " is it bad"}, "is it bad", Event.MESSAGE),
        ({"text": "/ask", "argumentText": ""}, "", Event.JOIN),
        ({"text": "no mention"}, "no mention", Event.MESSAGE),
        ({"text": None, "attachment": [{}]}, "", Event.MEDIA),
        ({"attachedGifs": [{}], "text": "look", "argumentText": "look"}, "look", Event.MESSAGE),
        ({"attachment": []}, "", Event.MESSAGE),
    ],
)
def test_what_is_read_of_messages(message: dict[str, Any], text: str, what: Event) -> None:
    found = read(event(message={"name": "spaces/A/messages/M", **message}))
    assert found is not None
    assert (found.text, found.event) == (text, what)


def test_mentions_are_taken_out_where_there_is_no_argument_text() -> None:
    mention = {"type": "USER_MENTION", "userMention": {"user": APP}}
    person = {"type": "USER_MENTION", "userMention": {"user": {"name": "users/9", "type": "HUMAN"}}}
    message = {
        "name": "spaces/A/messages/M",
        "text": "@Bot tell @Bob what @Bot knows",
        "annotations": [
            {**mention, "startIndex": 0, "length": 4},
            {**person, "startIndex": 10, "length": 4},
            {**mention, "startIndex": 20, "length": 4},
            # What is said of a place without a mention is not believed.
            {**mention, "startIndex": 5, "length": 4},
            {**mention, "startIndex": -9, "length": 99},
            None,
        ],
    }
    found = read(event(message=message))
    assert found is not None
    assert found.text.split() == ["tell", "@Bob", "what", "knows"]


async def test_added_with_a_question(chat: GoogleChatDriver, bot: Bot) -> None:
    said = json.loads(chat.message("my leg is numb", group="club").body)["message"]
    await bot.call(chat.event("ADDED_TO_SPACE", "ann", "club", message=said))
    assert [heard.text for heard in bot.heard] == ["my leg is numb"]
    assert reading(chat.fake.sent).startswith(first_line("utter_escalation"))


async def test_added_twice(chat: GoogleChatDriver, bot: Bot) -> None:
    await bot.call(chat.event("ADDED_TO_SPACE", "ann", "club"))
    await bot.call(chat.event("ADDED_TO_SPACE", "ann", "club"))
    assert len(chat.fake.sent) == 2


# Replies.


async def test_a_reply_stays_in_its_thread(chat: GoogleChatDriver, bot: Bot) -> None:
    await bot.call(chat.message("hello", group="club"))
    await bot.call(chat.message("hello"))
    in_group, in_private = (one.raw for one in chat.fake.sent)
    assert in_group["thread"] == {"name": f"{chat.place('ann', 'club')}/threads/t1"}
    assert "thread" not in in_private
    assert "actionResponse" not in in_group


async def test_a_pressed_button_changes_no_message(chat: GoogleChatDriver, bot: Bot) -> None:
    buttons = [{"title": "Which foods?", "payload": "q:x1.foods"}]
    bot.script["offer"] = [{"text": "Choose.", "buttons": buttons}]
    await bot.call(chat.message("offer"))
    button = chat.fake.sent[-1].buttons[0]
    response = await bot.call(chat.press(button))
    assert response.json()["actionResponse"] == {"type": "NEW_MESSAGE"}
    await bot.call(chat.press(button))
    assert [heard.text for heard in bot.heard] == ["offer", "q:x1.foods", "q:x1.foods"]


def test_what_stood_on_a_button_is_known() -> None:
    parameters = {"payload": "q:x", "title": "Which foods?"}
    new = event("CARD_CLICKED", common={"invokedFunction": "choose", "parameters": parameters})
    listed = [{"key": key, "value": value} for key, value in parameters.items()]
    old = event("CARD_CLICKED", action={"actionMethodName": "choose", "parameters": listed})
    for body in (new, old):
        found = read(body)
        again = read({**body, "eventTime": "2026-03-01T09:00:00.123457Z"})
        assert found is not None
        assert again is not None
        assert (found.text, found.said) == ("q:x", "Which foods?")
        assert again.id != found.id
        assert len(again.id) <= 200


def test_links_open() -> None:
    message = message_of([Part("Read.", (Button("Site", "", "https://a.example/x"),))], "choose")
    sent = shown("spaces/A", message, is_addon=False)
    assert [one.url for one in sent[0].buttons] == ["https://a.example/x"]


async def test_a_long_reply_is_one_message(chat: GoogleChatDriver, bot: Bot) -> None:
    words = " ".join(f"word{number}" for number in range(2_000))
    bot.script["tell"] = [{"text": words}]
    await bot.call(chat.message("tell"))
    assert len(chat.fake.sent) == 1
    assert words in reading(chat.fake.sent)
    assert not chat.fake.rejected


async def test_a_reply_that_is_too_large_keeps_its_ends(chat: GoogleChatDriver, bot: Bot) -> None:
    words = " ".join(f"word{number}" for number in range(9_000))
    bot.script["my leg is weak"] = [{"text": words}]
    await bot.call(chat.message("my leg is weak"))
    assert not chat.fake.rejected
    said = reading(chat.fake.sent)
    assert said.startswith(first_line("utter_escalation"))
    assert said.endswith(text_of("utter_disclaimer"))
    assert "word8999" in said
    assert chat.fake.sent[0].raw["text"].count("\n…\n") == 1, "it is seen that something is missing"
    assert len(json.dumps(chat.fake.sent[0].raw)) <= LARGEST


def test_a_full_card_fits_beside_two_full_parts() -> None:
    limits = GoogleChat.limits
    button = Button("\U0001f9b5" * limits.title, "p" * limits.payload)
    buttons = (button,) * limits.buttons
    texts = ["é" * (limits.text // 2), "m" * limits.text, "z" * limits.text]
    message = message_of([Part(texts[0]), Part(texts[1]), Part(texts[2], buttons)], "choose")
    assert shown("spaces/A", message, is_addon=False)
    assert texts[0] in message["text"]
    assert message["text"].endswith(texts[2])


def test_the_fake_refuses_what_chat_refuses() -> None:
    refused: list[tuple[dict[str, Any], bool]] = [
        ({"text": "x" * 33_000}, False),
        ({"text": "hello <users/all>"}, False),
        ({"text": " "}, False),
        ({"text": "x", "actionResponse": {"type": "UPDATE_MESSAGE"}}, False),
        ({"text": "x"}, True),
        (
            {
                "hostAppDataAction": {
                    "chatDataAction": {
                        "createMessageAction": {
                            "message": message_of([Part("x", (Button("a", "b"),))], "choose")
                        }
                    }
                }
            },
            True,
        ),
    ]
    for reply, is_addon in refused:
        with pytest.raises(Rejected):
            shown("spaces/A", reply, is_addon=is_addon)


async def test_nothing_is_sent_beside_responses(chat: GoogleChatDriver) -> None:
    platform = GoogleChat(_values(PROJECT, chat.fake.url), None)  # type: ignore[arg-type]
    with pytest.raises(Undelivered) as raised:
        await platform.deliver({}, Part("hello"), 0)
    assert raised.value.is_final


# Add-ons.


def addon_event(chat: GoogleChatDriver, payload: str, common: Any = None, **content: Any) -> Call:
    """Return an event of an add-on, with the token of its account."""
    event = {
        "user": chat.user("ann"),
        "eventTime": f"2026-03-01T09:00:00.{chat.next_id() % 1_000_000:06}Z",
        payload: {"space": chat.space("ann", "club"), **content},
    }
    body = json.dumps({"commonEventObject": common or {"hostApp": "CHAT"}, "chat": event}).encode()
    token = GOOGLE.token(**id_claims(ENDPOINT, ADDON))
    return Call(PATH, body, {"Authorization": f"Bearer {token}"})


def addon_message(chat: GoogleChatDriver, text: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(chat.message(text, group="club").body)["message"]
    return message


async def test_a_message_to_an_add_on(chat: GoogleChatDriver, addon_bot: Bot) -> None:
    said = addon_message(chat, "my leg is numb")
    response = await addon_bot.call(addon_event(chat, "messagePayload", message=said))
    assert set(response.json()) == {"hostAppDataAction"}
    assert [heard.text for heard in addon_bot.heard] == ["my leg is numb"]
    assert reading(chat.fake.sent).startswith(first_line("utter_escalation"))
    assert chat.fake.sent[0].raw["thread"]["name"].endswith("/threads/t1")


async def test_a_button_of_an_add_on(chat: GoogleChatDriver, addon_bot: Bot) -> None:
    buttons = [{"title": "Which foods?", "payload": "q:x1.foods"}]
    addon_bot.script["offer"] = [{"text": "Choose.", "buttons": buttons}]
    said = addon_message(chat, "offer")
    await addon_bot.call(addon_event(chat, "messagePayload", message=said))
    action = chat.fake.sent[-1].buttons[0].value
    assert action["function"] == ENDPOINT
    common = {"parameters": {one["key"]: one["value"] for one in action["parameters"]}}
    card = {**said, "sender": APP}
    call = addon_event(chat, "buttonClickedPayload", common, message=card)
    response = await addon_bot.call(call)
    assert "actionResponse" not in json.dumps(response.json())
    assert addon_bot.heard[-1].text == "q:x1.foods"


async def test_an_add_on_is_welcoming(chat: GoogleChatDriver, addon_bot: Bot) -> None:
    metadata = {"appCommandId": 1, "appCommandType": "QUICK_COMMAND"}
    for call in (
        addon_event(chat, "addedToSpacePayload"),
        addon_event(chat, "appCommandPayload", appCommandMetadata=metadata),
    ):
        chat.fake.sent.clear()
        await addon_bot.call(call)
        assert first_line("utter_welcome") in reading(chat.fake.sent)
    assert not addon_bot.heard


async def test_a_command_of_an_add_on(chat: GoogleChatDriver, addon_bot: Bot) -> None:
    said = {**addon_message(chat, ""), "text": "/ask is it bad", "argumentText": " is it bad"}
    await addon_bot.call(addon_event(chat, "appCommandPayload", message=said))
    assert [heard.text for heard in addon_bot.heard] == ["is it bad"]


async def test_what_an_add_on_leaves_alone(chat: GoogleChatDriver, addon_bot: Bot) -> None:
    for payload in ("removedFromSpacePayload", "widgetUpdatedPayload", "somethingNew"):
        response = await addon_bot.call(addon_event(chat, payload))
        assert response.json() == {}
    assert not chat.fake.sent


# Configuration.


def _values(audience: str, api_url: str = "http://x", addon_account: str = "") -> dict[str, str]:
    return {"audience": audience, "addon_account": addon_account, "api_url": api_url}


@pytest.mark.parametrize(
    ("audience", "account", "named"),
    [
        ("clinic-project", "", "AUDIENCE"),
        ("http://bot.clinic.example", "", "AUDIENCE"),
        ("١٢٣", "", "AUDIENCE"),
        ("²", "", "AUDIENCE"),
        (PROJECT, ADDON, "ADDON_ACCOUNT"),
        (ENDPOINT, "nonsense", "ADDON_ACCOUNT"),
    ],
)
def test_values_that_cannot_be_used(audience: str, account: str, named: str) -> None:
    with pytest.raises(TwitchwiseError, match=f"TWITCHWISE_GOOGLE_CHAT_{named}") as raised:
        GoogleChat(_values(audience, addon_account=account), None)  # type: ignore[arg-type]
    assert "Mend:" in str(raised.value)
    assert audience not in str(raised.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "type", "text", "argumentText", "annotations", "startIndex", "length"]
                + ["userMention", "user", "message", "space", "thread", "parameters", "attachment"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_EVENTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["MESSAGE", "CARD_CLICKED", "ADDED_TO_SPACE", "APP_COMMAND"]),
        "user": st.just({"name": "users/1"}) | _JSON,
        "space": st.just({"name": "spaces/A"}) | _JSON,
    },
    optional={
        "message": _JSON,
        "chat": st.dictionaries(
            st.sampled_from(["user", "messagePayload", "buttonClickedPayload"]), _JSON, max_size=3
        ),
        "common": _JSON,
        "action": _JSON,
        "eventTime": _JSON,
    },
)


@given(_EVENTS)
def test_odd_shapes_break_nothing(body: dict[str, Any]) -> None:
    found = read(body)
    if found is not None:
        assert found.person.startswith("users/")
        assert 0 < len(found.id) <= 200
        assert Inbound.from_json(found.as_json()) == found
