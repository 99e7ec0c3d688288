"""Makes ``.env.example`` from the registry: every variable of every platform, explained."""

from __future__ import annotations

from collections.abc import Iterator

from twitchwise.channels.bearer import TOKENS_VARIABLE
from twitchwise.channels.platforms.registry import ROWS, Row
from twitchwise.escalations.hash_key import HASH_KEY_VARIABLE
from twitchwise.escalations.webhook import SECRET_VARIABLE

_HEAD = f"""\
# Secrets and addresses of this installation. Copy this file to .env, which is never committed, and
# fill in what you use. A messaging platform is on when all its variables without "#" are set;
# "twitchwise channels" shows what is missing.
# Made by "twitchwise channels --env-example". Settings that are no secrets are in settings.yml.

# Signs what is sent to escalation_webhook_url.
#{SECRET_VARIABLE}=

# What people's ids are hashed with (openssl rand -hex 32); without it, a key is made in
# var/hash.key.
#{HASH_KEY_VARIABLE}=

# Tokens of apps that talk for their users over HTTP (docs/http.md), with blanks between.
#{TOKENS_VARIABLE}=
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
