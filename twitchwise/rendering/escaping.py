"""Texts that are shown as they were typed, whatever a platform makes of their characters.

Where a platform has no escapes, an invisible word joiner (U+2060) stands on both sides of the
character: whether a platform takes it for a letter or for a space, neither "ab*c" nor "* c" marks
anything there.
"""

from __future__ import annotations

import html
import re

JOINER = "\u2060"

#: Within a word nothing is marked by them, so that names like snake_case stay as they are.
_MARKS = re.compile(r"(?<![0-9A-Za-z])[*_~]+|[*_~]+(?![0-9A-Za-z])|`+")
_EMOJI_NAME = re.compile(r":(?=[\w+\-']+:)")
_LIST_OR_QUOTE = re.compile(r"^(?=[-*>])", re.MULTILINE)
_QUOTE = re.compile(r"^(?=>)", re.MULTILINE)
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_MARKDOWN = re.compile(r"[\\`*_\[\]>~|]")
_MARKDOWN_LINE = re.compile(r"^(?:(\d+)(?=[.)])|(?=[#+\-]))", re.MULTILINE)
_UNDERLINE = re.compile(r"^=", re.MULTILINE)
_DISCORD = re.compile(r"[\\`*_\[\]<>~|]")
_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
#: Within a word they name nothing, so that e-mail addresses stay as they are.
_REFERENCE = re.compile(r"(?<![0-9A-Za-z_])[@#~](?=\w)")
_UNSAFE_IN_URL = re.compile(r"[()<>\"'`\\|\[\]{}*~^\s]")

#: Rocket.Chat's marks have full-width twins, which are letters to its parser.
_TWINS = str.maketrans({character: chr(ord(character) + 0xFEE0) for character in "*_~`$"})
_LINK_TWINS = str.maketrans({character: chr(ord(character) + 0xFEE0) for character in "<>|"})


def as_typed(text: str) -> str:
    """Return the text itself, for platforms that mark nothing."""
    return text


def for_html(text: str) -> str:
    """Return the text for a subset of HTML (Google Chat's cards, Teams' ``xml``)."""
    return html.escape(text, quote=False)


def for_telegram(text: str) -> str:
    """Return the text for ``parse_mode`` HTML, where "@name" mentions nobody."""
    return html.escape(_MENTION.sub("@" + JOINER, text), quote=False)


def for_slack(text: str) -> str:
    """Return the text for mrkdwn; Slack decodes the three entities, and knows no backslash."""
    unmarked = _QUOTE.sub(JOINER, _EMOJI_NAME.sub(":" + JOINER, _unmarked(text)))
    return html.escape(unmarked, quote=False)


def for_whatsapp(text: str) -> str:
    """Return the text for WhatsApp, which has neither escapes nor entities."""
    return _LIST_OR_QUOTE.sub(JOINER, _unmarked(text))


def for_google_chat(text: str) -> str:
    """Return the text for Google Chat's messages; "<users/all>" mentions nobody."""
    return for_whatsapp(text).replace("<", "<" + JOINER)


def for_google_link(text: str) -> str:
    """Return the text of a link; its end cannot be escaped, so the signs have twins."""
    return for_whatsapp(text.translate(_LINK_TWINS))


def for_commonmark(text: str) -> str:
    """Return the text for CommonMark, and for older parsers that know fewer escapes.

    marked, as Mattermost uses it, has no backslash for "&" and "<"; entities are known to all.
    """
    entities = text.replace("&", "&amp;")
    escaped = _MARKDOWN.sub(r"\\\g<0>", entities).replace("<", "&lt;")
    lines = _MARKDOWN_LINE.sub(lambda found: f"{found[1] or ''}\\", escaped)
    return _UNDERLINE.sub("&#61;", lines)


def for_mattermost(text: str) -> str:
    """Return the text for Mattermost, where @all, #tag, ~channel and :name: are only text."""
    named = _REFERENCE.sub(r"\g<0>" + JOINER, _EMOJI_NAME.sub(":" + JOINER, text))
    return for_commonmark(named)


def for_discord(text: str) -> str:
    """Return the text for Discord; @everyone is read by the server, backslash or not."""
    escaped = _DISCORD.sub(r"\\\g<0>", _EVERYONE.sub("@" + JOINER, text))
    return _MARKDOWN_LINE.sub(lambda found: f"{found[1] or ''}\\", escaped)


def for_rocket_chat(text: str) -> str:
    """Return the text for Rocket.Chat, whose grammar has no escapes that can be relied on."""
    twins = _EMOJI_NAME.sub(":" + JOINER, text.translate(_TWINS))
    named = re.sub(r"[@#](?=[\w.-])", r"\g<0>" + JOINER, twins)
    apart = re.sub(r"\](?=\()|\\(?=[\[(])|\|(?=\|)|<", r"\g<0>" + JOINER, named)
    return re.sub(r"^(?=[->#]|\d+\.)", JOINER, apart, flags=re.MULTILINE)


def safe_url(url: str) -> str:
    """Return the URL with percent signs for whatever could end or mark a link."""
    return _UNSAFE_IN_URL.sub(_percent, url)


def _unmarked(text: str) -> str:
    return _MARKS.sub(lambda run: JOINER + JOINER.join(run[0]) + JOINER, text)


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode())
