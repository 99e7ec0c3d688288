"""How platforms mark text: bold, links, line breaks, and text that is shown as it was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from twitchwise.rendering import escaping
from twitchwise.rendering.sms import to_gsm

_LINES = re.compile(r"\n+")


@dataclass(frozen=True)
class Dialect:
    """A platform's way to mark text.

    Attributes:
        name: what it is called here.
        escape: plain text to text that is shown the same.
        bold: escaped text (one line) to bold text; ``None`` where nothing is bold.
        link: the plain text of a link and its URL to a link; ``None`` where links have no text.
        address: a URL that stands in a text as it is to what shows and opens it.
        line_break: what ends a line.
        blank_line: what separates passages.
    """

    name: str
    escape: Callable[[str], str]
    bold: Callable[[str], str] | None = None
    link: Callable[[str, str], str] | None = None
    address: Callable[[str], str] = escaping.as_typed
    line_break: str = "\n"
    blank_line: str = "\n\n"

    def broken(self, text: str) -> str:
        """Return escaped text with the platform's line breaks."""
        return _LINES.sub(lambda run: self.line_break if run[0] == "\n" else self.blank_line, text)


def _star(text: str) -> str:
    return f"*{text}*"


def _two_stars(text: str) -> str:
    return f"**{text}**"


def _b(text: str) -> str:
    return f"<b>{text}</b>"


def _a(escape: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda text, url: f'<a href="{html.escape(url)}">{escape(text)}</a>'


def _markdown_link(escape: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda text, url: f"[{escape(text)}]({escaping.safe_url(url)})"


def _slack_url(url: str) -> str:
    return html.escape(escaping.safe_url(url), quote=False)


def _markdown(
    name: str, escape: Callable[[str], str], *, line_break: str, bold: Callable[[str], str]
) -> Dialect:
    link = _markdown_link(escape)
    return Dialect(name, escape, bold, link, lambda url: link(url, url), line_break)


def _html(name: str) -> Dialect:
    escape = escaping.for_html
    link = _a(escape)
    return Dialect(name, escape, _b, link, lambda url: link(url, url), "<br>", "<br><br>")


#: No marks at all: Messenger, and whatever else shows texts as they are.
PLAIN = Dialect("plain", escaping.as_typed)

#: SMS: no marks, and characters that cost little (see :func:`twitchwise.rendering.sms.to_gsm`).
SMS_PLAIN = Dialect("sms_plain", to_gsm, address=to_gsm)

#: Telegram's Bot API, "HTML style" (https://core.telegram.org/bots/api#html-style): tags for
#: bold and links; "<", ">" and "&" as entities. Bare URLs become links by themselves.
TELEGRAM_HTML = Dialect(
    "telegram_html",
    escaping.for_telegram,
    _b,
    _a(escaping.for_telegram),
    escaping.for_html,
)

#: Slack's mrkdwn, "Formatting message text"
#: (https://docs.slack.dev/messaging/formatting-message-text/): one star, <url|text>, "&", "<" and
#: ">" as entities, no backslash.
SLACK_MRKDWN = Dialect(
    "slack_mrkdwn",
    escaping.for_slack,
    _star,
    lambda text, url: f"<{_slack_url(url)}|{escaping.for_slack(text)}>",
    lambda url: f"<{_slack_url(url)}>",
)

#: WhatsApp, "How to format your messages" (https://faq.whatsapp.com/539178204879377): one star,
#: no link texts; URLs become links by themselves.
WHATSAPP = Dialect("whatsapp", escaping.for_whatsapp, _star)

#: Discord, "Message formatting" (https://discord.com/developers/docs/reference#message-formatting)
#: and "Markdown Text 101": Markdown whose backslash holds for all signs but not for entities;
#: <url> shows no preview. The text of a link must not look like a URL.
DISCORD = Dialect(
    "discord",
    escaping.for_discord,
    _two_stars,
    lambda text, url: f"[{escaping.for_discord(text)}](<{escaping.safe_url(url)}>)",
    lambda url: f"<{escaping.safe_url(url)}>",
)

#: CommonMark 0.30 (https://spec.commonmark.org/0.30/): a line ends with two blanks.
COMMONMARK = _markdown("commonmark", escaping.for_commonmark, line_break="  \n", bold=_two_stars)

#: Mattermost, "Format messages"
#: (https://docs.mattermost.com/end-user-guide/collaborate/format-messages.html): a line break is
#: one, and @all, @channel, #tags, ~channels and :names: act. Its incoming webhooks read Slack's
#: <…> as well ("Slack compatibility"), which the entity for "<" prevents.
MATTERMOST = _markdown("mattermost", escaping.for_mattermost, line_break="\n", bold=_two_stars)

#: Webex, "Formatting messages" (https://developer.webex.com/docs/basics#formatting-messages):
#: Markdown with two blanks before a line break; mentions are <@…>, so the entity prevents them.
WEBEX = _markdown("webex", escaping.for_commonmark, line_break="  \n", bold=_two_stars)

#: Microsoft Teams, "Format your bot messages"
#: (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages):
#: ``textFormat`` "markdown"; bold and links are shown by all its clients, mentions need entities
#: in the activity.
TEAMS_MARKDOWN = _markdown(
    "teams_markdown", escaping.for_commonmark, line_break="  \n", bold=_two_stars
)

#: The same page: ``textFormat`` "xml", with tags for bold, links and line breaks.
TEAMS_XML = _html("teams_xml")

#: Rocket.Chat, the grammar of its message parser (packages/message-parser in
#: RocketChat/Rocket.Chat): one star, Markdown's links; no escapes that hold in all versions.
ROCKET_CHAT = Dialect(
    "rocket_chat",
    escaping.for_rocket_chat,
    _star,
    _markdown_link(escaping.for_rocket_chat),
    escaping.safe_url,
)

#: Google Chat, "Format messages" (https://developers.google.com/workspace/chat/format-messages):
#: one star, <url|text>; for apps whose markup syntax is Chat's (the default), not Markdown.
GOOGLE_CHAT = Dialect(
    "google_chat",
    escaping.for_google_chat,
    _star,
    lambda text, url: f"<{escaping.safe_url(url)}|{escaping.for_google_link(text)}>",
    lambda url: f"<{escaping.safe_url(url)}>",
)

#: The same page, "Format card messages": a subset of HTML.
GOOGLE_CHAT_CARD = _html("google_chat_card")

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        PLAIN,
        SMS_PLAIN,
        TELEGRAM_HTML,
        SLACK_MRKDWN,
        WHATSAPP,
        DISCORD,
        COMMONMARK,
        MATTERMOST,
        WEBEX,
        TEAMS_MARKDOWN,
        TEAMS_XML,
        ROCKET_CHAT,
        GOOGLE_CHAT,
        GOOGLE_CHAT_CARD,
    )
}
