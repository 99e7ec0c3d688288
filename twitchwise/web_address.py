"""Addresses below which others are made: of APIs, of servers, and of this one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# RFC 3986: neither blanks nor control characters stand in an address.
_PRINTABLE = re.compile(r"[!-~]+")


def is_base_address(text: str) -> bool:
    """Say whether paths can be put after an address: ``http(s)://host[:port][/path]``.

    Others would be called wrongly later, or carry a password into what is shown: an address with a
    user, a query or a fragment is none, nor one whose port cannot be.
    """
    if not _PRINTABLE.fullmatch(text) or any(sign in text for sign in "?#@\\"):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
