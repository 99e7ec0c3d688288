"""The messaging platforms: name, class, variables, and page of each.

Read without Rasa, so that ``twitchwise channels`` is quick. A platform is added by one module and
one row here; it belongs here once it passes the whole contract suite (tests/channels).
"""

from __future__ import annotations

from dataclasses import dataclass


def variable_name(platform: str, key: str) -> str:
    """Return the whole name of a platform's variable."""
    return f"TWITCHWISE_{platform}_{key}".upper()


@dataclass(frozen=True)
class Variable:
    """One variable of a platform.

    Attributes:
        key: its short name; the whole one is ``TWITCHWISE_<PLATFORM>_<KEY>``.
        about: what it is, for people who set it.
        is_needed: whether the platform is on only where it is set.
        default: its value where it is not set.
    """

    key: str
    about: str
    is_needed: bool = True
    default: str = ""


@dataclass(frozen=True)
class Row:
    """One platform.

    Attributes:
        name: part of its address, and the name of the input channel.
        title: how people call it.
        target: ``module:Class``; a `twitchwise.channels.platforms.platform.Platform`.
        variables: what turns it on.
        webhook: the path at which it calls, below ``/webhooks/<name>``; more are on its page.
    """

    name: str
    title: str
    target: str
    variables: tuple[Variable, ...]
    webhook: str = "/webhook"

    @property
    def page(self) -> str:
        """The page that says how to set it up."""
        return f"docs/channels/{self.name}.md"

    def variable(self, key: str) -> str:
        """Return the whole name of a variable."""
        return variable_name(self.name, key)


def _api_url(default: str) -> Variable:
    return Variable(
        "api_url", "Address of its API, for proxies and servers of your own", False, default
    )


def _graph_variables(id_key: str, about_id: str) -> tuple[Variable, ...]:
    """Return the variables of Meta's platforms."""
    return (
        Variable("token", "Access token that does not expire"),
        Variable(id_key, about_id),
        Variable("app_secret", "The app's secret, which signs what Meta sends"),
        Variable("verify_token", "Any long text of your own; you give it to Meta once"),
        # Of 29 July 2026; versions live for two years at least ("Graph API Changelog").
        Variable("graph_version", "Version of Meta's Graph API", False, "v26.0"),
        _api_url("https://graph.facebook.com"),
    )


_HERE = "twitchwise.channels.platforms"

ROWS: tuple[Row, ...] = (
    Row(
        "telegram",
        "Telegram",
        f"{_HERE}.telegram:Telegram",
        (
            Variable("token", "The bot's token, from @BotFather"),
            Variable(
                "mode",
                "webhook (needs public_url) or polling (needs no public address); "
                "default: webhook where public_url is set",
                False,
            ),
            _api_url("https://api.telegram.org"),
        ),
    ),
    Row(
        "whatsapp",
        "WhatsApp",
        f"{_HERE}.whatsapp:WhatsApp",
        _graph_variables("phone_number_id", "Id of the number (not the number itself)"),
    ),
    Row(
        "messenger",
        "Messenger",
        f"{_HERE}.messenger:Messenger",
        _graph_variables("page_id", "Id of the Facebook page"),
    ),
    Row(
        "slack",
        "Slack",
        f"{_HERE}.slack:Slack",
        (
            Variable("bot_token", "The bot user's token (xoxb-…), from OAuth & Permissions"),
            Variable("signing_secret", "What Slack signs its calls with, from Basic Information"),
            _api_url("https://slack.com/api"),
        ),
    ),
    Row(
        "twilio_sms",
        "SMS by Twilio",
        f"{_HERE}.twilio:TwilioSms",
        (
            Variable("account_sid", "The account's SID (AC…), from Twilio's console"),
            Variable("auth_token", "The account's auth token; needs public_url"),
            Variable("number", "Your number, such as +14155550100, or a Messaging Service (MG…)"),
            _api_url("https://api.twilio.com"),
        ),
    ),
    Row(
        "twilio_whatsapp",
        "WhatsApp by Twilio",
        f"{_HERE}.twilio:TwilioWhatsApp",
        (
            Variable("account_sid", "The account's SID (AC…), from Twilio's console"),
            Variable("auth_token", "The account's auth token; needs public_url"),
            Variable("number", "Your sender, such as +14155550100, or a Messaging Service (MG…)"),
            _api_url("https://api.twilio.com"),
        ),
    ),
    Row(
        "teams",
        "Microsoft Teams",
        f"{_HERE}.teams:Teams",
        (
            Variable("app_id", "The bot's app id (client id), from the Azure portal"),
            Variable("app_password", "A client secret of the app"),
            Variable(
                "tenant_id",
                "Its tenant, for single-tenant bots: all that were made since August 2025",
                False,
                "botframework.com",
            ),
            Variable(
                "service_hosts",
                "Further hosts to which replies may go, with commas between them",
                False,
            ),
            Variable(
                "login_url",
                "Address of Microsoft's login",
                False,
                "https://login.microsoftonline.com",
            ),
            Variable(
                "openid_url",
                "Address of Bot Framework's OpenID metadata",
                False,
                "https://login.botframework.com/v1/.well-known/openidconfiguration",
            ),
            Variable(
                "api_url",
                "A proxy: replies go there, instead of to the scheme and host that Teams names",
                False,
            ),
        ),
    ),
    Row(
        "google_chat",
        "Google Chat",
        f"{_HERE}.google_chat:GoogleChat",
        (
            Variable(
                "audience",
                "The app's authentication audience: the project's number, or the endpoint's "
                "https address",
            ),
            Variable(
                "addon_account",
                "The service account that the console shows, where the app is built as a "
                "Google Workspace add-on",
                False,
            ),
            _api_url("https://www.googleapis.com"),
        ),
    ),
    Row(
        "discord",
        "Discord",
        f"{_HERE}.discord:Discord",
        (
            Variable("app_id", "The application's id"),
            Variable("public_key", "The application's public key, with which calls are verified"),
            Variable("token", "The bot's token"),
            _api_url("https://discord.com/api/v10"),
        ),
    ),
    Row(
        "mattermost",
        "Mattermost",
        f"{_HERE}.mattermost:Mattermost",
        (
            Variable("api_url", "Address of the server, such as https://chat.example.org"),
            Variable("token", "The bot account's access token"),
            Variable(
                "mode",
                "websocket (direct messages and mentions, needs no public address) or webhooks "
                "(only what the two tokens below let in)",
                False,
                "websocket",
            ),
            Variable("webhook_token", "Token of the outgoing webhook; several, with commas", False),
            Variable("command_token", "Token of the slash command; several, with commas", False),
        ),
    ),
    Row(
        "rocketchat",
        "Rocket.Chat",
        f"{_HERE}.rocketchat:RocketChat",
        (
            Variable("api_url", "Address of the server, such as https://chat.example.org"),
            Variable("user_id", "The bot user's id"),
            Variable("auth_token", "The bot user's personal access token"),
            Variable("webhook_token", "Token of the outgoing webhook; several, with commas"),
        ),
    ),
    Row(
        "webex",
        "Webex",
        f"{_HERE}.webex:Webex",
        (
            Variable("token", "The bot's access token; needs public_url"),
            Variable(
                "secret", "Of webhooks; default: made from the token, which nobody else has", False
            ),
            _api_url("https://webexapis.com/v1"),
        ),
    ),
)
