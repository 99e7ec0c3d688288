"""Reads what Microsoft Teams sends to a bot.

Shapes are those of "Messages in bot conversations", "Channel and group chat conversations with a
bot", "Conversation events in your Teams bot" and "Card actions", all below
https://learn.microsoft.com/microsoftteams/platform/.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from twitchwise.channels.platforms.inbound import Address, Event, Inbound, words_or_media
from twitchwise.channels.platforms.requests import part_of, text_at

#: What the value of a button holds.
PAYLOAD, TITLE = "payload", "title"
_THREAD = ";messageid="
#: Ids are ASCII, such as "29:1XJK…" or "19:…@thread.tacv2;messageid=1481567603816".
_ID = re.compile(r"[!-~]{1,1000}")
#: Bounded, so that a text of nothing but blanks takes no long time.
_MENTION = re.compile(r"[ \xa0]{0,9}<at\b[^<>]{0,100}>([^<>]{0,300})</at>[ \xa0]{0,9}")
_TAGS = re.compile(r"</?at\b[^<>]{0,100}>")
#: Some clients escape what stands beside a mention; only what they are known to escape is undone.
_ESCAPED = re.compile(r"&(?:nbsp|lt|gt|amp|quot|apos|#39|#160);")
_HTML = "text/html"
_ADDED = ("add", "add-upgrade")


def read_activity(activity: Mapping[str, Any], *, bot_id: str) -> Inbound | None:
    """Return the message of an activity, or None where there is nothing to answer.

    Args:
        activity: of any type.
        bot_id: what Teams generally calls this bot: ``28:`` and its app id.
    """
    kind = text_at(activity, "type")
    bot_id = _id_at(activity, "recipient", "id") or bot_id
    if kind == "message":
        return _read_message(activity, bot_id)
    # Also a deleted message that its author brings back is an update.
    if kind == "messageUpdate" and text_at(activity, "channelData", "eventType") == "editMessage":
        return _read_message(activity, bot_id, is_edit=True)
    if kind in ("conversationUpdate", "installationUpdate"):
        return _read_joining(activity, bot_id)
    return None


def _read_message(
    activity: Mapping[str, Any], bot_id: str, *, is_edit: bool = False
) -> Inbound | None:
    person, place, activity_id = _person(activity), _place(activity), _id_at(activity, "id")
    if not (person and place and activity_id):
        return None
    own_id = _key(place, activity_id)
    pressed = _value(activity)
    if text_at(pressed, PAYLOAD):
        return Inbound(
            own_id,
            person,
            place,
            _address(activity, activity_id),
            text_at(pressed, PAYLOAD),
            said=text_at(pressed, TITLE) or None,
        )
    is_group = _is_group(activity)
    if is_group and not any(_mentions(activity, bot_id)):
        return None
    words = _words(activity, bot_id)
    text, event = words_or_media(words, has_media=_has_media(activity))
    if not text and event is Event.MESSAGE:
        if not is_group:
            return None
        # The bot's name, and nothing beside it.
        event = Event.JOIN
    return Inbound(
        _key(place, activity_id, text_at(activity, "timestamp"), words) if is_edit else own_id,
        person,
        place,
        _address(activity, activity_id),
        text,
        event=event,
        edits=own_id if is_edit else None,
    )


def _read_joining(activity: Mapping[str, Any], bot_id: str) -> Inbound | None:
    """Return a welcome where the bot was added.

    In a personal chat both kinds of activities tell of it, and an update of the app may again:
    one welcome is enough. In a group or channel it is a ``conversationUpdate``.
    """
    person, place, activity_id = _person(activity), _place(activity), _id_at(activity, "id")
    is_personal = not _is_group(activity)
    if not (person and place and activity_id and _is_bot_added(activity, bot_id, is_personal)):
        return None
    own_id = _key("join", place) if is_personal else _key("join", place, activity_id)
    return Inbound(own_id, person, place, _address(activity), event=Event.JOIN)


def _is_bot_added(activity: Mapping[str, Any], bot_id: str, is_personal: bool) -> bool:
    if text_at(activity, "type") == "installationUpdate":
        return is_personal and text_at(activity, "action") in _ADDED
    added = activity.get("membersAdded")
    return any(
        text_at(member, "id") == bot_id for member in (added if isinstance(added, list) else ())
    )


def _person(activity: Mapping[str, Any]) -> str:
    """Return who wrote: the id of their account, else the one that this bot knows them by."""
    if text_at(activity, "from", "id").startswith("28:") or (
        text_at(activity, "from", "role") == "bot"
    ):
        return ""
    return _id_at(activity, "from", "aadObjectId") or _id_at(activity, "from", "id")


def _place(activity: Mapping[str, Any]) -> str:
    """Return the chat or channel; a channel's threads are one place."""
    return _id_at(activity, "conversation", "id").partition(_THREAD)[0]


def _is_group(activity: Mapping[str, Any]) -> bool:
    kind = text_at(activity, "conversation", "conversationType")
    return kind != "personal" if kind else bool(part_of(activity, "conversation").get("isGroup"))


def _address(activity: Mapping[str, Any], reply_to: str = "") -> Address:
    return {
        "service_url": text_at(activity, "serviceUrl"),
        "conversation": _id_at(activity, "conversation", "id"),
        "reply_to": reply_to,
        "bot": _id_at(activity, "recipient", "id"),
        "person": _id_at(activity, "from", "id"),
    }


def _value(activity: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a pressed button sends: an object, or one as a text."""
    value = activity.get("value")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _mentions(activity: Mapping[str, Any], bot_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the mentions of the bot; people can write the tags in a text, but not these."""
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if text_at(entity, "type") == "mention" and text_at(entity, "mentioned", "id") == bot_id:
            yield entity


def _words(activity: Mapping[str, Any], bot_id: str) -> str:
    """Return the text without mentions of the bot, and with the names of others mentioned."""
    text = activity.get("text")
    if not isinstance(text, str):
        return ""
    own = {
        _name(named)
        for mention in _mentions(activity, bot_id)
        for named in (text_at(mention, "text"), text_at(mention, "mentioned", "name"))
    }

    def shown(found: re.Match[str]) -> str:
        return " " if _name(found[1]) in own else _TAGS.sub("", found[0])

    plain = _ESCAPED.sub(lambda found: html.unescape(found[0]), _MENTION.sub(shown, text))
    return plain.replace("\xa0", " ").strip()


def _name(mention: str) -> str:
    return html.unescape(_TAGS.sub("", mention)).replace("\xa0", " ").strip().lstrip("@").casefold()


def _has_media(activity: Mapping[str, Any]) -> bool:
    """Say whether there is something beside words.

    Each message has its own text as an attachment of HTML; stickers and GIFs are images in it.
    """
    attachments = activity.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        kind = text_at(one, "contentType")
        if kind and kind != _HTML:
            return True
        if "<img" in text_at(one, "content"):
            return True
    return False


def _id_at(activity: Mapping[str, Any], *path: str) -> str:
    found = text_at(activity, *path)
    return found if _ID.fullmatch(found) else ""


def _key(*parts: str) -> str:
    """Return a short id: Teams' own ones are unique in a chat only, and those of chats are long."""
    line = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(line).hexdigest()
