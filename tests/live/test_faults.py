"""Escalation and disclaimer are there whatever part fails; and records reach their receiver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.channels.fakes.server import Sent
from tests.channels.live import Phone, Platforms
from tests.channels.platforms import PLATFORMS
from tests.channels.texts import is_urgent
from tests.live.client import (
    DISCLAIMER,
    LEADS,
    Client,
    Message,
    answer_ids,
    is_one_of,
    new_conversation,
    new_sender,
    shape,
)
from tests.live.faults import FAULTS, FaultyBot
from tests.live.servers import ROOT
from twitchwise.channels.platforms.registry import ROWS

MESSAGES = (
    "my foot is numb",
    "legs feel weak since monday",
    "what foods have magnesium, my hand is numb",
    "MY ARM IS SO WEAK",
    "my fut is nummb and it twiches",
    "there is no feeling in my toes, is it b12?",
    "my mother's hand is numb, which vitamin helps",
    "my son's legs are weak, should he eat more bananas",
    "n u m b fingers",
    "Hi all. I am 43 and drink a lot of coffee. My eyelid twitches for weeks. My grip is weak too. "
    "Which foods have potassium? Thanks.",
    "my left arm is suddenly weak and my face droops",
    "i can't breathe",
)
_PATIENCE_SECONDS = 90

#: What was sent, by platform and message.
Replies = dict[tuple[str, str], list[Sent]]
Talk = Callable[[Client, str], list[Message]]
#: How a message is sent on each channel: its class, and the way. A new channel of credentials.yml
#: needs a row here.
CHANNELS: dict[tuple[str, str], Talk] = {
    ("twitchwise.channels.http.HttpChannel", "webhook"): lambda client, text: client.ask(text),
    # The way of the widget.
    ("twitchwise.channels.http.HttpChannel", "stream"): lambda client, text: client.stream(
        new_conversation(), text
    )[0],
}
#: Behind this one are all messaging platforms, each of which is tested.
PLATFORM_CHANNELS = {"twitchwise.channels.platforms.channel.PlatformChannels"}
#: What is sent on each platform: fewer messages, as these are many channels.
ON_PLATFORMS = MESSAGES[:3] + MESSAGES[8:9] + MESSAGES[11:]
#: Serves pages, takes no messages.
WITHOUT_MESSAGES = {"twitchwise.channels.web.WebChannel"}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, platforms: Platforms) -> Iterator[FaultyBot]:
    for driver in platforms.drivers.values():
        driver.fake.clear()
    bot = FaultyBot(tmp_path_factory.mktemp("faults"), platforms.variables)
    yield bot
    bot.close()


@pytest.fixture(scope="module")
def failing(bot: FaultyBot) -> Iterator[Callable[[str], None]]:
    """Turn a fault on, and the one before off."""
    on: list[Any] = []

    def turn(fault: str) -> None:
        if on and on[0][0] == fault:
            return
        if on:
            on.pop()[1].__exit__(None, None, None)
        switch = bot.failing(fault)
        switch.__enter__()
        on.append((fault, switch))

    yield turn
    if on:
        on.pop()[1].__exit__(None, None, None)


def test_every_channel_is_tested() -> None:
    channels = set(yaml.safe_load((ROOT / "credentials.yml").read_text("utf-8")))
    tested = {channel for channel, _ in CHANNELS} | PLATFORM_CHANNELS
    assert tested == channels - WITHOUT_MESSAGES
    assert set(PLATFORMS) == {row.name for row in ROWS}


def test_the_bot_answers_while_nothing_fails(bot: FaultyBot) -> None:
    assert answer_ids(bot.server.client.ask("which foods have magnesium")) == ["magnesium.foods"]


@pytest.mark.parametrize("channel", CHANNELS, ids=" ".join)
@pytest.mark.parametrize("fault", FAULTS)
def test_escalation_and_disclaimer_arrive(
    bot: FaultyBot, failing: Callable[[str], None], fault: str, channel: tuple[str, str]
) -> None:
    failing(fault)
    for text in MESSAGES:
        names = shape(CHANNELS[channel](bot.server.client, text))
        assert is_one_of(names[0], LEADS), (text, names)
        assert names[-1] == DISCLAIMER, (text, names)


@pytest.fixture(scope="module")
def on_platforms(
    bot: FaultyBot, failing: Callable[[str], None], platforms: Platforms
) -> Callable[[str], Replies]:
    """Send urgent messages on all platforms at once while a part fails; return the replies."""
    replies: dict[str, Replies] = {}

    def send(fault: str) -> Replies:
        if fault not in replies:
            failing(fault)
            replies[fault] = _sent_at_once(bot.server.client.url, platforms, fault)
        return replies[fault]

    return send


def _sent_at_once(url: str, platforms: Platforms, fault: str) -> Replies:
    phone = Phone(url)
    jobs = [(name, text) for name in platforms.drivers for text in ON_PLATFORMS]

    def talk(name: str, text: str) -> list[Sent]:
        driver = platforms.drivers[name]
        person = f"fault{FAULTS.index(fault)}message{ON_PLATFORMS.index(text)}"
        return phone.talk(driver, driver.message(text, person=person), driver.place(person))

    with ThreadPoolExecutor(len(jobs)) as pool:
        sent = list(pool.map(lambda job: talk(*job), jobs))
    phone.close()
    return dict(zip(jobs, sent, strict=True))


@pytest.mark.parametrize("platform", list(PLATFORMS))
@pytest.mark.parametrize("fault", FAULTS)
def test_escalation_and_disclaimer_arrive_on_platforms(
    on_platforms: Callable[[str], Replies], fault: str, platform: str
) -> None:
    for text in ON_PLATFORMS:
        sent = on_platforms(fault)[platform, text]
        assert is_urgent(sent), (text, sent)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("action server stopped", ["utter_answer_unavailable", DISCLAIMER]),
        ("action raising", ["utter_answer_unavailable", DISCLAIMER]),
        ("action hanging", ["utter_answer_unavailable", DISCLAIMER]),
        ("classifier blind", ["utter_greet", DISCLAIMER]),
        ("NLU raising", ["utter_answer_unavailable", DISCLAIMER]),
        # Rasa goes on in memory.
        ("tracker store failing", ["magnesium.foods", DISCLAIMER]),
        ("assessment raising", ["utter_escalation", "magnesium.foods", DISCLAIMER]),
    ],
)
def test_the_fault_is_a_fault(
    bot: FaultyBot, failing: Callable[[str], None], fault: str, expected: list[str]
) -> None:
    failing(fault)
    assert shape(bot.server.client.ask("which foods have magnesium")) == expected


def test_a_turn_that_failed_leaves_the_conversation_usable(
    bot: FaultyBot, failing: Callable[[str], None]
) -> None:
    sender = new_sender()
    for fault in ("NLU raising", "action hanging"):
        failing(fault)
        bot.server.client.say(sender, "what foods have magnesium, my hand is numb")
    failing("none")
    after = bot.server.client.say(sender, "which foods have magnesium")
    assert answer_ids(after) == ["magnesium.foods"]


def test_every_record_reaches_the_receiver(bot: FaultyBot, failing: Callable[[str], None]) -> None:
    """After all those faults, the locked database and the receiver that was down among them."""
    failing("none")
    bot.server.client.ask("my foot is numb")
    sent = len(FAULTS) * len(CHANNELS) * len(MESSAGES)
    until(lambda: set(bot.receiver.ids) >= bot.recorded() and len(bot.recorded()) >= sent)
    assert len(bot.receiver.ids) == len(set(bot.receiver.ids))


def test_kill_9_between_escalation_and_delivery_loses_nothing(bot: FaultyBot) -> None:
    before = bot.recorded()
    with bot.receiver.down():
        for text in MESSAGES:
            bot.server.client.ask(text)
        bot.kill_rasa()
        new = bot.recorded() - before
    assert len(new) == len(MESSAGES)
    assert not new & set(bot.receiver.ids)
    bot.restart_rasa()
    until(lambda: new <= set(bot.receiver.ids))
    assert all(bot.receiver.ids.count(one) == 1 for one in new)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert holds()


def test_what_is_recorded_holds_no_text(bot: FaultyBot) -> None:
    kept = b"".join(path.read_bytes() for path in sorted(Path(bot.database.parent).glob("esc*")))
    assert b"utter" not in kept
    assert b"my foot" not in kept
