"""What people and programs may send: hypothesis strategies for messages of every kind."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

#: Each a whole sentence that says that somebody has weakness or numbness now.
MENTIONS = (
    "my foot is numb",
    "my legs feel weak",
    "my left hand is numb",
    "i have numbness in my toes",
    "My arms are so weak",
    "her leg is weak",
    "MY CALF IS NUMB",
    "there is weakness in both my legs",
)
_PHRASES = (
    "can dehydration cause leg twitching",
    "which foods have magnesium?",
    "and calcium?",
    "my eyelid keeps twitching",
    "is it dangerous",
    "hello",
    "thanks a lot",
    "yes",
    "no",
    "what can you do",
    "how do i get more followers on twitch.tv",
    "should i take a supplement for it?",
    "wat is tetany",
    "my calf hurts and i feel dizzy",
    "can b12 deficiency cause numbness",
    "no numbness, just twitching",
    "weak coffee",
    "what number of bananas",
    "i can't breathe",
    "tell me more",
    "the second one",
    "both",
    "say that again",
    "where is that from",
    "are statins behind it",
    "magnesium or calcium",
    "my calf twitches. i take magnesium. is it bad? what helps?",
    "that was not what i asked",
    "can i talk to a human",
)
_COMMANDS = (
    "/greet",
    "/restart",
    "/back",
    "/session_start",
    "/unknown_intent",
    "/ask_foods",
    '/ask_foods{"topic": "magnesium"}',
    '/ask_foods{"topic": ["magnesium", 1]}',
    '/ask_foods{"topic": {"a": null}}',
    "/greet{broken json",
    "/greet{}",
    "/greet@0.2",
    "/nlu_fallback",
    "/out_of_scope",
    "/EXTERNAL: reminder",
    "/",
    "//",
    "/ ",
    "/stop",
)
_MARKUP = (
    "<script>alert('numb')</script>",
    "<b>magnesium</b><br/>foods",
    '{"sender": "x", "message": "hello"}',
    "[magnesium](topic) foods",
    "{emergency_number}",
    "{topic} %s {0} ${HOME} {{7*7}}",
    "'; DROP TABLE events; --",
    "=1+1",
    "https://example.org/?q=magnesium#foods",
    "**bold** _it_ `code`\n\n\n# title",
)
_OTHER_SCRIPTS = (
    "我的脚麻了",
    "у меня дёргается глаз",
    "عضلاتي ترتعش",
    "मेरी आंख फड़क रही है",
    "足がしびれる",
    "mein Fuß zuckt",
    "e\u0301ye\u200b twi\u00adtch",
    "\u202emagnesium\u202c",
)
_EMOJI = "😀🦶💪🏽👩‍⚕️🇬🇧❤️🫠⚡️👁️🥦"
_CONTROL = "".join(map(chr, [*range(32), *range(0x7F, 0xA0)]))

phrases = st.sampled_from(_PHRASES)
arbitrary = st.text(st.characters(), max_size=80)
letters = st.text("abcdefghijklmnopqrstuvwxyz '?,.", min_size=1, max_size=60)


def _misspelt(phrase: str, place: int, letter: str) -> str:
    at = place % len(phrase)
    return phrase[:at] + letter + phrase[at + 1 :]


def _with_noise(phrase: str, noise: str, place: int) -> str:
    at = place % (len(phrase) + 1)
    return phrase[:at] + noise + phrase[at:]


_PAYLOADS = st.builds(
    "q:{}.{}{}".format,
    st.sampled_from(["mg", "ca", "tw", "ct", "xx", "", "zn", "q:mg", "m" * 300]),
    st.sampled_from(["foods", "link", "nonsense", "", "see_doctor", "nutrients", "🙂"]),
    st.sampled_from(["", ".foot", ".nose", ".", ".foot.calf"]),
)

ordinary = st.one_of(
    phrases,
    arbitrary,
    letters,
    st.text(_EMOJI, max_size=12),
    st.text(_CONTROL + " ", max_size=20),
    st.builds(_misspelt, phrases, st.integers(0, 99), st.sampled_from("abcxyz1 ")),
    st.builds(_with_noise, phrases, arbitrary, st.integers(0, 99)),
    st.builds("{} {}".format, phrases, phrases),
    st.sampled_from(_COMMANDS),
    st.builds("{}{}".format, st.sampled_from(_COMMANDS), arbitrary),
    _PAYLOADS,
    st.sampled_from(_MARKUP),
    st.sampled_from(_OTHER_SCRIPTS),
    st.builds(lambda piece, times: piece * times, phrases, st.integers(20, 100)),
)


class Input(NamedTuple):
    """A message, and whether a sentence of its own in it mentions weakness or numbness."""

    text: str
    mentions: bool


def _mention(before: str, mention: str, after: str) -> Input:
    return Input(f"{before}\n{mention}.\n{after}", mentions=True)


#: Every fourth message, or so, holds a mention.
messages = st.one_of(
    *[st.builds(Input, ordinary, st.just(False))] * 3,
    st.one_of(
        st.builds(_mention, ordinary, st.sampled_from(MENTIONS), ordinary),
        st.builds(Input, st.sampled_from(MENTIONS), st.just(True)),
    ),
)

_LONG = 100_000
#: 100 kB each.
LONG_TEXTS = {
    "words": "which foods have magnesium " * (_LONG // 27),
    "one word": "a" * _LONG,
    "no letters": "?!" * (_LONG // 2),
    "four-byte characters": "🦶" * (_LONG // 4),
    "lines": "twitch\n\n" * (_LONG // 8),
    "names": "magnesium calcium foot " * (_LONG // 23),
}
