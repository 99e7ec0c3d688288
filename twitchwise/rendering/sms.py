"""How a text message is counted and kept cheap."""

from __future__ import annotations

import re
import unicodedata

#: 3GPP TS 23.038, section 6.2.1: the GSM 7-bit default alphabet, without its escape character.
_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Section 6.2.1.1: the extension table. Each costs an escape character as well.
_EXTENSION = "\f^{}\\[~]|€"
_GSM = re.compile(f"[{re.escape(_DEFAULT + _EXTENSION)}]*")

_SINGLE_GSM, _PART_GSM = 160, 153
_SINGLE_UCS2, _PART_UCS2 = 70, 67

_EQUIVALENTS = {
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "‹": "<", "›": ">",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "…": "...", "•": "-", "·": "-", "‣": "-", "●": "-", "→": "->", "←": "<-", "⇒": "=>",
    "×": "x", "÷": "/", "≤": "<=", "≥": ">=", "≈": "~", "½": "1/2", "¼": "1/4", "¾": "3/4",
    "™": "(TM)", "®": "(R)", "©": "(C)", "°": " deg", "\u2060": "", "\u200b": "", "\ufeff": "",
    "\u00ad": "", "µ": "u", "μ": "u",
}  # fmt: skip
_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_TO_GSM = str.maketrans({**_EQUIVALENTS, **dict.fromkeys(_SPACES, " ")})


def sms_segments(text: str) -> int:
    """Return of how many segments (parts that are paid for) a text message consists.

    A text of the GSM 7-bit alphabet has 160 septets in one segment or 153 in each of several;
    any other is sent as UCS-2 with 70 or 67 units of 16 bits. Neither an extension character nor
    a surrogate pair is divided between two segments (3GPP TS 23.038 and 23.040; Twilio, "What
    the heck is a segment?" and the glossary's "SMS character limit"). No text is no segment.
    """
    if not text:
        return 0
    if _GSM.fullmatch(text):
        return _counted([2 if c in _EXTENSION else 1 for c in text], _SINGLE_GSM, _PART_GSM)
    return _counted([2 if c > "\uffff" else 1 for c in text], _SINGLE_UCS2, _PART_UCS2)


def _counted(costs: list[int], single: int, part: int) -> int:
    if sum(costs) <= single:
        return 1
    segments, used = 1, 0
    for cost in costs:
        if used + cost > part:
            segments, used = segments + 1, 0
        used += cost
    return segments


def to_gsm(text: str) -> str:
    """Return the text with GSM 7-bit equivalents for typographic characters.

    One “ makes a whole message UCS-2, and more than twice as dear; so quotes, dashes, bullets,
    special spaces and the like become plain ones, as in Twilio's "Smart Encoding". Letters of
    other scripts and emoji stay. What stands in the way of nothing (a message that is UCS-2
    anyway) is replaced all the same, so that equal words look equal in all parts.
    """
    return unicodedata.normalize("NFC", text).translate(_TO_GSM)
