"""Makes ``.env.example`` from the registry: every variable of every platform, explained."""

from __future__ import annotations

from collections.abc import Iterator

from twitchwise.channels.platforms.registry import ROWS, Row

_HEAD = """\
# Secrets and addresses of this installation. Copy this file to .env, which is never committed, and
# fill in what you use. A messaging platform is on when all its variables without "#" are set;
# "twitchwise channels" shows what is missing.
# Made by "twitchwise channels --env-example". Settings that are no secrets are in settings.yml.

# Signs what is sent to escalation_webhook_url.
#TWITCHWISE_ESCALATION_WEBHOOK_SECRET=

# What people's ids are hashed with (openssl rand -hex 32); without it, a key is made in
# var/hash.key.
#TWITCHWISE_HASH_KEY=

# Tokens of apps that talk for their users over HTTP (docs/http.md), with blanks between.
#TWITCHWISE_HTTP_TOKENS=
"""


def env_example() -> str:
    """Return the file."""
    return _HEAD + "".join(f"\n{part}" for row in ROWS for part in [_section(row)])


def _section(row: Row) -> str:
    return "\n".join([f"# {row.title} ({row.page})", *_lines(row), ""])


def _lines(row: Row) -> Iterator[str]:
    for variable in row.variables:
        yield f"#   {variable.about}"
        mark = "" if variable.is_needed else "#"
        yield f"{mark}{row.variable(variable.key)}={variable.default}"
