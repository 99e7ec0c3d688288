"""The trained bot on all messaging platforms at once, played on loopback.

``docs/channels/README.md`` shows the conversations that are led here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import Fault, Sent
from tests.channels.forging import forged_calls
from tests.channels.live import Phone, Platforms, until
from tests.channels.platforms import PLATFORMS
from tests.channels.texts import first_line, is_urgent, plain, reading, text_of
from tests.live.servers import ROOT, Server
from twitchwise.faq import Faq

TRANSCRIPTS = ROOT / "build" / "channels"
PEOPLE = 20
#: A nutrient each person asks about, and the card that they must get.
NUTRIENTS = ("magnesium", "calcium", "potassium", "vitamin D", "vitamin B12")

each_platform = pytest.mark.parametrize("name", list(PLATFORMS))


@pytest.fixture
def phone(platform_bot: Server) -> Iterator[Phone]:
    phone = Phone(platform_bot.client.url)
    yield phone
    phone.close()


@pytest.fixture
def drivers(platforms: Platforms) -> dict[str, Driver]:
    for driver in platforms.drivers.values():
        driver.fake.fault = Fault()
        driver.fake.rejected.clear()
    return dict(platforms.drivers)


class Person:
    """Somebody in a private conversation."""

    def __init__(self, name: str, driver: Driver, phone: Phone) -> None:
        self.name = name
        self.driver = driver
        self.phone = phone
        self.transcript: list[str] = []

    def says(self, text: str) -> list[Sent]:
        """Write a message; return the whole reply."""
        return self._talk(text, self.driver.message(text, person=self.name))

    def chooses(self, number: int, sent: list[Sent]) -> list[Sent]:
        """Press a button, or write its number where there are none."""
        buttons = [one for message in sent for one in message.buttons if one.url is None]
        if not buttons:
            return self.says(str(number))
        pressed = buttons[number - 1]
        call = self.driver.press(pressed, person=self.name)
        return self._talk(f"[presses “{pressed.title}”]", call)

    def _talk(self, said: str, call: Call) -> list[Sent]:
        sent = self.phone.talk(self.driver, call, self.driver.place(self.name))
        self.transcript.append(f"**Person:** {said}\n")
        self.transcript += [_quoted(message) for message in sent]
        return sent


def _quoted(message: Sent) -> str:
    titles = " ".join(f"`[{one.title}]`" for one in message.buttons)
    lines = [line for line in message.text.splitlines() if line.strip()]
    return "\n".join(f"> {line}  " for line in [*lines, *([titles] if titles else [])]) + "\n"


@each_platform
def test_a_whole_conversation(
    name: str, drivers: dict[str, Driver], phone: Phone, faq: Faq
) -> None:
    person = Person("talker", drivers[name], phone)
    first = person.says("wat vitamin for foot twiching")
    assert "twitch" in reading(first)
    followed = person.chooses(1, first)
    assert reading(followed) != reading(first)
    assert text_of("utter_fallback") not in reading(followed)
    assert text_of("utter_answer_unavailable") not in reading(followed)
    numb = person.says("my leg went numb")
    assert is_urgent(numb)
    bye = person.says("goodbye")
    assert text_of("utter_goodbye") in reading(bye)
    assert not drivers[name].fake.rejected
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    path = TRANSCRIPTS / f"{name}.transcript.md"
    path.write_text("\n".join(person.transcript), encoding="utf-8")


@each_platform
def test_forget_me_leaves_nothing_in_the_database(
    name: str, drivers: dict[str, Driver], phone: Phone, platform_bot: Server
) -> None:
    person = Person("leaver", drivers[name], phone)
    person.says("zebulonium makes my calf twitch")
    assert b"zebulonium" in _databases(platform_bot.store)
    assert text_of("utter_forgotten") in reading(person.says("forget me"))
    until(lambda: b"zebulonium" not in _databases(platform_bot.store), "it is still there")


def _databases(store: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(store.parent.glob(f"{store.name}*")))


def test_forged_requests(drivers: dict[str, Driver], phone: Phone) -> None:
    accepted, tried = [], 0
    for name, driver in drivers.items():
        before = len(driver.fake.sent)
        for call in forged_calls(driver):
            tried += 1
            if phone.call(driver, call).status_code not in (400, 401, 403, 404, 405):
                accepted.append((name, call))
        # A message that is answered comes after all of them.
        Person("honest", driver, phone).says("goodbye")
        said = reading(driver.fake.sent[before:])
        assert first_line("utter_escalation") not in said, name
    assert not accepted
    assert tried >= 20 * len(drivers)
    (TRANSCRIPTS / "forged.txt").write_text(f"{tried} {len(accepted)}\n", encoding="utf-8")


def test_twenty_people_on_each_platform_at_once(
    drivers: dict[str, Driver], phone: Phone, faq: Faq
) -> None:
    """None is mixed up, none is lost: each gets the answer to their own question."""
    people = [
        (Person(f"p{number}", driver, phone), NUTRIENTS[number % len(NUTRIENTS)])
        for driver in drivers.values()
        for number in range(PEOPLE)
    ]
    foods = {name: reading_of(faq, name) for name in NUTRIENTS}

    def talk(person: Person, nutrient: str) -> tuple[str, str]:
        person.says(f"can a lack of {nutrient} make my legs twitch")
        # What it is about stands in the message before alone.
        return nutrient, reading(person.says("which foods have it"))

    with ThreadPoolExecutor(len(people)) as pool:
        replies = list(pool.map(lambda one: talk(*one), people))
    assert len(replies) == PEOPLE * len(drivers)
    for nutrient, said in replies:
        assert foods[nutrient] in said, (nutrient, said)


def reading_of(faq: Faq, nutrient: str) -> str:
    """Return how the answer on foods with a nutrient begins."""
    topic = faq.topic_named(nutrient.lower())
    assert topic is not None, nutrient
    answer = faq.find_answer(topic, "foods")
    assert answer is not None, nutrient
    return plain(answer.text)


def test_a_platform_that_hangs_slows_no_other(drivers: dict[str, Driver], phone: Phone) -> None:
    for name, driver in drivers.items():
        if driver.replies_in_response:
            continue
        driver.fake.fault = Fault("never", times=10_000)
        for number in range(PEOPLE):
            phone.call(driver, driver.message("goodbye", person=f"h{number}"))
        others = [other for other in drivers.values() if other.name != name]
        for other in itertools.islice(others, 2):
            assert Person("waiter", other, phone).says("goodbye")
        assert not [s for n in range(PEOPLE) for s in driver.fake.to(driver.place(f"h{n}"))]
        driver.fake.fault = Fault()
