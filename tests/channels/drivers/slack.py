"""Slack's calls: https://docs.slack.dev/reference/events, interaction payloads, slash commands.

Shapes: "message event", "message_changed", "app_mention", "member_joined_channel",
"app_home_opened", "block_actions payload", "Implementing slash commands". Signatures: "Verifying
requests from Slack".
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import time
import zlib
from typing import Any
from urllib.parse import urlencode

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import SentButton
from tests.channels.fakes.slack import (
    BOT_ID,
    BOT_USER,
    SIGNING_SECRET,
    TEAM,
    TOKEN,
    FakeSlack,
)

PATH = "/webhooks/slack/webhook"
PRESSES = "/webhooks/slack/interactive"
COMMANDS = "/webhooks/slack/command"
SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"


class SlackDriver(Driver):
    """People who write to the bot's user, and channels with the bot in them."""

    name = "slack"
    not_applicable = {"stop": "only by SMS"}
    buttons = 25
    fake: FakeSlack

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_SLACK_BOT_TOKEN": TOKEN,
            "TWITCHWISE_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "TWITCHWISE_SLACK_API_URL": self.fake.url,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, SIGNING_SECRET)

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        said = escaped(text)
        if group and mention:
            mentioned = self.said(person, group, f"<@{BOT_USER}> {said}", type="app_mention")
            del mentioned["channel_type"]
            return self.event(**mentioned)
        return self.event(**self.said(person, group, said))

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        image = {"id": "F0PIC", "mimetype": "image/png", "filetype": "png", "mode": "hosted"}
        return self.event(
            **self.said(person, "", escaped(caption), subtype="file_share", files=[image])
        )

    def sticker(self, *, person: str = "ann") -> Call:
        clip = {"id": "F0CLIP", "mimetype": "audio/mp4", "subtype": "slack_audio"}
        return self.event(**self.said(person, "", "", subtype="file_share", files=[clip]))

    def edit(self, call: Call, text: str) -> Call:
        before = json.loads(call.body)["event"]
        message = {key: before[key] for key in before if key not in ("channel", "channel_type")}
        changed = {
            **message,
            "text": escaped(text),
            "edited": {"user": before["user"], "ts": self.ts()},
        }
        return self.changed(before, changed, message)

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        return self.interaction(self.pressed(button, person=person, group=group))

    def join(self) -> Call:
        return self.event(
            type="member_joined_channel",
            user=BOT_USER,
            channel=channel_id("", "club"),
            channel_type="C",
            team=TEAM,
            inviter=user_id("ann"),
        )

    def silent(self) -> list[tuple[str, Call]]:
        own = self.said("ann", "", "what I said", user=BOT_USER, bot_id=BOT_ID)
        other = self.said("ann", "", "hello", subtype="bot_message", bot_id="B0OTHER")
        del other["user"]
        joined = self.said("bob", "club", f"<@{user_id('bob')}> has joined the channel")
        deleted = self.said("ann", "", "", subtype="message_deleted", deleted_ts=self.ts())
        before = self.said("ann", "", "https://a.example")
        preview = {**before, "attachments": [{"from_url": "https://a.example"}]}
        gone = {**before, "subtype": "tombstone", "user": "USLACKBOT", "edited": {"ts": self.ts()}}
        answer = {**before, "bot_id": BOT_ID, "user": BOT_USER}
        edited = {**answer, "text": "more", "edited": {"user": BOT_USER, "ts": self.ts()}}
        return [
            ("the bot's own message", self.event(**own)),
            ("an older bot's message", self.event(**other)),
            ("a newer bot's message", self.event(**{**own, "user": "U0OTHER"})),
            ("a workflow mentions", self.event(**{**own, "type": "app_mention", "user": "U0W"})),
            ("somebody joins", self.event(**{**joined, "subtype": "channel_join"})),
            (
                "the bot joins, as a message",
                self.event(
                    **self.said("ann", "club", f"<@{BOT_USER}> joined", subtype="channel_join")
                ),
            ),
            (
                "somebody joins, as an event",
                self.event(type="member_joined_channel", user="U0BOB", channel="C0CLUB", team=TEAM),
            ),
            ("a message is deleted", self.event(**deleted)),
            ("a link gets a preview", self.changed(before, preview, before)),
            ("a message with replies is deleted", self.changed(before, gone, before)),
            ("the bot edits its message", self.changed(before, edited, answer)),
            ("Slackbot writes", self.event(**self.said("ann", "", "hi", user="USLACKBOT"))),
            ("a reaction", self.event(type="reaction_added", user="U0ANN", reaction="+1")),
            ("the app is removed", self.event(type="app_uninstalled")),
            ("too many events", self.signed(b'{"type": "app_rate_limited"}')),
            (
                "a link button",
                self.interaction(self.pressed(SentButton("Open", None, "https://a.example"))),
            ),
            ("a shortcut", self.interaction({"type": "shortcut", "user": {"id": "U0ANN"}})),
            ("a check of the certificate", Call(COMMANDS, b"ssl_check=1&token=x")),
            ("the same, by GET", Call(f"{COMMANDS}?ssl_check=1", method="GET")),
        ]

    def forged(self, kind: str) -> list[Call]:
        bodies = {
            PATH: self.message("my leg is weak").body,
            PRESSES: self.press(SentButton("Choice 1", "q:x1.foods")).body,
            COMMANDS: self.command("my leg is weak").body,
        }
        makers = {"bad": _bad, "missing": _missing, "old": _old}
        if kind not in makers:
            return []
        return [
            Call(path, body, headers)
            for path, body in bodies.items()
            for headers in makers[kind](body)
        ]

    def replayed(self, call: Call) -> Call:
        return Call(call.path, call.body, {**call.headers, "X-Slack-Retry-Num": "1"})

    def place(self, person: str = "ann", group: str = "") -> str:
        return channel_id(person, group)

    # What only Slack has.

    def signed(self, body: bytes, path: str = PATH) -> Call:
        return Call(path, body, signature(body))

    def event(self, **event: Any) -> Call:
        """Return an event in its wrapper."""
        wrapped = {
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": "A0APP",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{self.next_id()}",
            "event_time": int(time.time()),
            "authorizations": [
                {"team_id": TEAM, "user_id": BOT_USER, "is_bot": True, "enterprise_id": None}
            ],
        }
        return self.signed(json.dumps(wrapped).encode())

    def said(self, person: str, group: str, text: str, **more: Any) -> dict[str, Any]:
        """Return a message event; in a group, or in private."""
        sent_at = self.ts()
        return {
            "type": "message",
            "user": user_id(person),
            "text": text,
            "ts": sent_at,
            "team": TEAM,
            "channel": channel_id(person, group),
            "channel_type": "channel" if group else "im",
            "event_ts": sent_at,
            **more,
        }

    def changed(self, where: dict[str, Any], message: Any, before: Any) -> Call:
        """Return the event of a message that was changed."""
        return self.event(
            type="message",
            subtype="message_changed",
            hidden=True,
            channel=where["channel"],
            channel_type=where.get("channel_type") or "channel",
            ts=self.ts(),
            message=message,
            previous_message=before,
        )

    def pressed(
        self, button: SentButton, *, person: str = "ann", group: str = "", **container: Any
    ) -> dict[str, Any]:
        """Return the payload of a button that was pressed."""
        channel, sent_at = channel_id(person, group), self.ts()
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "ts": sent_at}
        action = {
            "type": "button",
            "action_id": "choice_0",
            "block_id": "b",
            "text": {"type": "plain_text", "text": html.escape(button.title, quote=False)},
            "action_ts": self.ts(),
        }
        if button.value is not None:
            action["value"] = button.value
        return {
            "type": "block_actions",
            "user": {"id": user_id(person), "username": person, "team_id": TEAM},
            "team": {"id": TEAM, "domain": "clinic"},
            "channel": {"id": channel, "name": "x"},
            "container": {
                "type": "message",
                "message_ts": sent_at,
                "channel_id": channel,
                "is_ephemeral": False,
                **container,
            },
            "message": message,
            "trigger_id": f"{self.next_id()}.1.abc",
            "response_url": self.fake.response_url("press"),
            "actions": [action],
        }

    def interaction(self, payload: dict[str, Any]) -> Call:
        """Return the call for a payload of an interaction."""
        return self.signed(urlencode({"payload": json.dumps(payload)}).encode(), PRESSES)

    def command(self, text: str, *, person: str = "ann", group: str = "club", **more: Any) -> Call:
        """Return a slash command."""
        form = {
            "token": "deprecated",
            "team_id": TEAM,
            "team_domain": "clinic",
            "channel_id": channel_id(person, group),
            "channel_name": group or "directmessage",
            "user_id": user_id(person),
            "user_name": person,
            "command": "/ask-twitchwise",
            "text": text,
            "response_url": self.fake.response_url("command"),
            "trigger_id": f"{self.next_id()}.1.abc",
            "api_app_id": "A0APP",
            **more,
        }
        return self.signed(urlencode(form).encode(), COMMANDS)

    def ts(self) -> str:
        """Return a time that no message has had."""
        seconds, rest = divmod(self.next_id(), 1_000_000)
        return f"{1_700_000_000 + seconds}.{rest:06}"


DRIVER, FAKE = SlackDriver, FakeSlack


def escaped(text: str) -> str:
    """Return what was typed as Slack sends it."""
    return html.escape(text, quote=False)


def user_id(name: str) -> str:
    """Return an id for a name, always the same one."""
    return f"U{zlib.crc32(name.encode()):010X}"


def channel_id(person: str, group: str = "") -> str:
    """Return the id of a channel, or of what somebody and the bot write in private."""
    return ("C" if group else "D") + f"{zlib.crc32((group or person).encode()):010X}"


def signature(
    body: bytes,
    *,
    secret: str = SIGNING_SECRET,
    at: str | None = None,
    version: str = "v0",
    algorithm: str = "sha256",
) -> dict[str, str]:
    """Return the headers of a signed request."""
    stamp = str(int(time.time())) if at is None else at
    digest = hmac.new(
        secret.encode(), f"{version}:{stamp}:".encode() + body, getattr(hashlib, algorithm)
    ).hexdigest()
    return {TIMESTAMP: stamp, SIGNATURE: f"{version}={digest}"}


def _bad(body: bytes) -> list[dict[str, str]]:
    good = signature(body)
    right, stamp = good[SIGNATURE], int(good[TIMESTAMP])
    plain = hmac.new(SIGNING_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return [
        signature(body, secret="another secret"),
        signature(body, secret=TOKEN),
        signature(body, algorithm="sha1"),
        signature(body, algorithm="sha512"),
        signature(body, version="v1"),
        signature(body + b" "),
        signature(b""),
        {**good, TIMESTAMP: str(stamp - 1)},
        {**good, TIMESTAMP: f"{stamp}.0"},
        {**good, TIMESTAMP: "now"},
        {**good, TIMESTAMP: ""},
        {**good, TIMESTAMP: "nan"},
        {**good, TIMESTAMP: "²"},
        {**good, SIGNATURE: right[:-1]},
        {**good, SIGNATURE: right + "0"},
        {**good, SIGNATURE: right.removeprefix("v0=")},
        {**good, SIGNATURE: right.upper()},
        {**good, SIGNATURE: "v0="},
        {**good, SIGNATURE: ""},
        {**good, SIGNATURE: "é" * 67},
        {**good, SIGNATURE: f"v0={plain}"},
        {**good, SIGNATURE: SIGNING_SECRET},
    ]


def _missing(body: bytes) -> list[dict[str, str]]:
    good = signature(body)
    return [
        {},
        {SIGNATURE: good[SIGNATURE]},
        {TIMESTAMP: good[TIMESTAMP]},
        {"Authorization": f"Bearer {TOKEN}"},
        {"X-Hub-Signature-256": good[SIGNATURE], "X-Request-Timestamp": good[TIMESTAMP]},
    ]


def _old(body: bytes) -> list[dict[str, str]]:
    now = int(time.time())
    times = (now - 302, now - 86_400, now + 302, 0, -now)
    rightly = [signature(body, at=str(at)) for at in times]
    return [*rightly, *(signature(body, at=at) for at in ("nan", "inf", "-inf", "", "soon"))]
