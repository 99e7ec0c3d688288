"""What the pretended assistant says, made into JSON by the code that makes the real one's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from twitchwise.about import About, Starter
from twitchwise.rendering.messages import shown_message
from twitchwise.rendering.turn import AnswerCard, SourceCard, Turn

#: A message as the channel collects it: "text", and perhaps "buttons" and "metadata".
Message = dict[str, Any]
#: Chooses what is said in reply to a message, without the disclaimer.
Reply = Callable[[str], Sequence[Message]]

DISCLAIMER = "This is general information. It is no substitute for professional medical advice."
GREETING = "Hello. What would you like to know?"
ESCALATION = (
    "Please see a doctor about the numbness: today if it is new, otherwise within days.\n"
    "Tell them where it is and when it began."
)
EMERGENCY = "Call 112 now. Do not drive yourself, and do not wait for an answer here."
ANSWER = "Low magnesium may make nerves over-excited, and muscles twitch."
BULLETS = ("leafy greens", "nuts and seeds")
SOURCES = (
    SourceCard("Magnesium", "Office of Dietary Supplements", "https://ods.example/magnesium"),
    SourceCard("Why muscles twitch", "Health Service", "https://health.example/twitch"),
)
#: Title and payload of each choice under an answer.
CHOICES = (
    ("What helps?", "q:mg.treatment"),
    ("Which foods?", "q:mg.foods"),
    ("When should I see a doctor?", "/ask_see_doctor"),
)
STARTERS = (
    ("Why do muscles twitch?", "q:why"),
    ("Which nutrients matter?", "q:nutrients"),
)
QUESTIONS = ("Can dehydration cause leg twitching?", "Which vitamin is for foot twitching?")

#: What ``GET /about`` says.
ABOUT = About(
    name="Twitchwise",
    version="0.1.0",
    disclaimer=DISCLAIMER,
    starters=tuple(Starter(*one) for one in STARTERS),
    questions=QUESTIONS,
    days=30,
    largest_message=200_000,
    emergency_number="112",
    emergency_phone="112",
    crisis_line="a crisis line of your country",
    crisis_phone=None,
    contact=None,
    comments=True,
    texts_read=False,
    safety_texts={"utter_escalation": ESCALATION, "utter_emergency": EMERGENCY},
)


def said(text: str, response: str | None = None) -> Message:
    """Return a plain message; ``response`` is the name of the domain's response."""
    return {"text": text, "metadata": {"utter_action": response} if response else {}}


def choice(title: str, payload: str) -> dict[str, str]:
    """Return a button that sends something."""
    return {"title": title, "payload": payload}


def link(title: str, url: str) -> dict[str, str]:
    """Return a button that opens something."""
    return {"title": title, "type": "web_url", "url": url}


def answer(
    text: str = ANSWER,
    bullets: Sequence[str] = BULLETS,
    sources: Sequence[SourceCard] = SOURCES,
    choices: Sequence[tuple[str, str]] = CHOICES,
) -> Message:
    """Return an answer with its structure; its text is complete without it."""
    card = AnswerCard(
        "magnesium.link", text, tuple(bullets), tuple(sources), "2026-11-01", confidence="high"
    )
    return {
        "text": card.plain_text(),
        "buttons": [choice(*one) for one in choices],
        "metadata": {"answer": card.as_metadata()},
    }


def escalation() -> Message:
    """Return what is said to whoever is numb."""
    return said(ESCALATION, "utter_escalation")


def emergency() -> Message:
    """Return what is said in an emergency, with a button that calls."""
    return {**said(EMERGENCY, "utter_emergency"), "buttons": [link("Call 112", "tel:112")]}


def reply_to(text: str) -> Sequence[Message]:
    """Return the reply that a message gets unless a test wants another one."""
    if "chest" in text:
        return [emergency()]
    if "numb" in text:
        return [escalation()]
    if "hello" in text:
        return [said(GREETING)]
    return [answer()]


def turn(conversation: str, message_id: str, shown: str, messages: Sequence[Message]) -> Any:
    """Return a turn as ``POST /turn`` gives it; the disclaimer is added."""
    whole = [*messages, said(DISCLAIMER, "utter_disclaimer")]
    return {
        "conversation": conversation,
        "sender": f"chat-{conversation}",
        "id": message_id,
        "at": "2026-11-28T18:50:00+00:00",
        "message": shown,
        "messages": [shown_message(message) for message in whole],
        "rating": None,
        **asdict(Turn.from_messages([{**one, **one.get("metadata", {})} for one in whole])),
    }
