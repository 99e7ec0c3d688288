"""Telegram's updates: https://core.telegram.org/bots/api#update and #setwebhook."""

from __future__ import annotations

import json
import zlib
from typing import Any

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.server import SentButton
from tests.channels.fakes.telegram import TOKEN, USERNAME, FakeTelegram
from twitchwise.channels.platforms.telegram import SECRET_HEADER, webhook_secret

PATH = "/webhooks/telegram/webhook"


class TelegramDriver(Driver):
    """People who write to the bot, and groups with the bot in them."""

    name = "telegram"
    not_applicable = {
        "old": "Telegram signs no time; what comes again is known by its id",
        "stop": "only by SMS",
    }
    buttons = 10

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TWITCHWISE_TELEGRAM_TOKEN": TOKEN,
            "TWITCHWISE_TELEGRAM_API_URL": self.fake.url,
            "TWITCHWISE_TELEGRAM_MODE": "webhook",
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        return (TOKEN, webhook_secret(TOKEN))

    def message(
        self, text: str, *, person: str = "ann", group: str = "", mention: bool = True
    ) -> Call:
        said = f"@{USERNAME} {text}" if group and mention else text
        return self._update(message=self._message(person, group, text=said))

    def media(self, caption: str = "", *, person: str = "ann") -> Call:
        photo: dict[str, Any] = {"photo": [{"file_id": "x", "width": 9, "height": 9}]}
        if caption:
            photo["caption"] = caption
        return self._update(message=self._message(person, "", **photo))

    def sticker(self, *, person: str = "ann") -> Call:
        return self._update(message=self._message(person, "", sticker={"emoji": "👍"}))

    def edit(self, call: Call, text: str) -> Call:
        before = json.loads(call.body)["message"]
        return self._update(edited_message={**before, "text": text, "edit_date": self.next_id()})

    def press(self, button: SentButton, *, person: str = "ann", group: str = "") -> Call:
        key = {"text": button.title, "callback_data": button.value}
        message = {
            **self._message(person, group, text="what the bot said"),
            "from": {"id": 4242, "is_bot": True},
            "reply_markup": {"inline_keyboard": [[key]]},
        }
        return self._update(
            callback_query={
                "id": str(self.next_id()),
                "from": _user(person),
                "message": message,
                "data": button.value,
            }
        )

    def join(self) -> Call:
        return self._update(message=self._message("ann", "", text="/start"))

    def silent(self) -> list[tuple[str, Call]]:
        blocked = {
            "chat": {"id": _number("ann"), "type": "private"},
            "from": _user("ann"),
            "old_chat_member": {"status": "member"},
            "new_chat_member": {"status": "kicked"},
        }
        title = self._message("ann", "club", new_chat_title="A new name")
        bot = {**self._message("ann", "", text="hello"), "from": {"id": 7, "is_bot": True}}
        return [
            ("the bot is blocked", self._update(my_chat_member=blocked)),
            ("a group has a new title", self._update(message=title)),
            ("another bot writes", self._update(message=bot)),
            ("a channel's post", self._update(channel_post={"text": "hello"})),
        ]

    def forged(self, kind: str) -> list[Call]:
        body = self.message("my leg is weak").body
        wrong = [webhook_secret("4242:another"), webhook_secret(TOKEN)[:-1], TOKEN, "", "é"]
        calls = {
            "bad": [Call(PATH, body, {SECRET_HEADER: secret}) for secret in wrong],
            "missing": [Call(PATH, body)],
        }
        return calls.get(kind, [])

    def place(self, person: str = "ann", group: str = "") -> str:
        return str(_number(group) if group else _number(person))

    def _message(self, person: str, group: str, **content: Any) -> dict[str, Any]:
        chat = (
            {"id": _number(group), "type": "supergroup", "title": group}
            if group
            else {"id": _number(person), "type": "private"}
        )
        return {"message_id": self.next_id(), "from": _user(person), "chat": chat, **content}

    def signed(self, body: bytes) -> Call:
        return Call(PATH, body, {SECRET_HEADER: webhook_secret(TOKEN)})

    def _update(self, **content: Any) -> Call:
        return self.signed(json.dumps({"update_id": self.next_id(), **content}).encode())


DRIVER, FAKE = TelegramDriver, FakeTelegram


def _user(name: str) -> dict[str, Any]:
    return {"id": _number(name), "is_bot": False, "first_name": name}


def _number(name: str) -> int:
    """Return an id for a name, always the same one."""
    return zlib.crc32(name.encode())
