"""The files of the built page in memory, and what of one is sent for which request."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from twitchwise.errors import TwitchwiseError

#: Names of assets hold a hash, so that what is behind one never changes.
FOR_GOOD = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"
ASK_EACH_TIME = "no-cache"

#: Python's own table depends on the machine.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ANY_TYPE = "application/octet-stream"
_PACKED = (".gz", ".br")
_ETAG_LENGTH = 32

_PAGE = "chat.html"
_DEMO = "demo.html"
_EMBED = "embed.js"
_ASSETS = "assets"


@dataclass(frozen=True)
class Sent:
    """One form of a file: its body, the name of its encoding (empty for none), its ETag."""

    body: bytes
    encoding: str
    etag: str


@dataclass(frozen=True)
class File:
    """A file in all its forms.

    Attributes:
        content_type: the value of Content-Type.
        identity: the contents as they are.
        gzip: the contents packed with gzip, or nothing.
        brotli: the contents packed with Brotli, or nothing.
        cache_control: the value of Cache-Control.
        headers: more headers of every reply.
    """

    content_type: str
    identity: bytes
    gzip: bytes | None
    brotli: bytes | None
    cache_control: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def packed(self) -> bool:
        """Say whether what is sent depends on Accept-Encoding."""
        return self.gzip is not None or self.brotli is not None

    @property
    def etag(self) -> str:
        """Return what names the contents; each form has a strong ETag of its own."""
        return hashlib.sha256(self.identity).hexdigest()[:_ETAG_LENGTH]

    def form_for(self, accept_encoding: str) -> Sent:
        """Return the smallest form that the client takes.

        Args:
            accept_encoding: the request's Accept-Encoding; empty where there is none.
        """
        accepted = _accepted(accept_encoding)
        for encoding, body in (("br", self.brotli), ("gzip", self.gzip)):
            if body is not None and accepted.get(encoding, accepted.get("*", False)):
                return Sent(body, encoding, f'"{self.etag}-{encoding}"')
        return Sent(self.identity, "", f'"{self.etag}"')


@dataclass(frozen=True)
class Reply:
    """What is sent for a request."""

    status: int
    headers: dict[str, str]
    body: bytes
    content_type: str


@dataclass(frozen=True)
class BuiltPage:
    """The built page.

    Attributes:
        page: the page, with places for settings and title.
        demo: the demo page.
        files: all other files by their path beneath the page's address.
    """

    page: str
    demo: str
    files: Mapping[str, File]


def reply_to(file: File, accept_encoding: str, if_none_match: str) -> Reply:
    """Return the reply to a request for a file.

    Args:
        file: the file.
        accept_encoding: the request's header of that name; empty where there is none.
        if_none_match: the same.
    """
    form = file.form_for(accept_encoding)
    headers = {**file.headers, "Cache-Control": file.cache_control, "ETag": form.etag}
    if file.packed:
        headers["Vary"] = "Accept-Encoding"
    if _has(if_none_match, form.etag):
        return Reply(304, headers, b"", file.content_type)
    if form.encoding:
        headers["Content-Encoding"] = form.encoding
    return Reply(200, headers, form.body, file.content_type)


def read_built_page(folder: Path, headers: Mapping[str, str]) -> BuiltPage:
    """Read the built page into memory.

    Args:
        folder: the folder that it was built into.
        headers: headers of all files but the pages.

    Raises:
        TwitchwiseError: it was not built, or not whole.
    """
    try:
        found = [folder / _EMBED, *sorted((folder / _ASSETS).iterdir())]
        files = {
            file.relative_to(folder).as_posix(): _read(file, _caching(file, folder), headers)
            for file in found
            if file.suffix not in _PACKED and (file.is_file() or file.name == _EMBED)
        }
        page = (folder / _PAGE).read_text(encoding="utf-8")
        demo = (folder / _DEMO).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TwitchwiseError(
            f"The web page is not built ({error}). "
            "Mend: run 'twitchwise build-web' or 'make serve', and start the bot again."
        ) from error
    return BuiltPage(page, demo, files)


def page_file(html: str, headers: Mapping[str, str]) -> File:
    """Return a page that was filled in here, packed with gzip.

    Args:
        html: the page.
        headers: its headers.
    """
    contents = html.encode("utf-8")
    # mtime: the same page has the same bytes at every start, as its ETag says.
    packed = gzip.compress(contents, mtime=0)
    return File(_TYPES[".html"], contents, packed, None, ASK_EACH_TIME, headers)


def _read(file: Path, cache_control: str, headers: Mapping[str, str]) -> File:
    packed = [file.with_name(file.name + ending) for ending in _PACKED]
    gzipped, brotli = (path.read_bytes() if path.is_file() else None for path in packed)
    content_type = _TYPES.get(file.suffix, _ANY_TYPE)
    return File(content_type, file.read_bytes(), gzipped, brotli, cache_control, headers)


def _caching(file: Path, folder: Path) -> str:
    return FIVE_MINUTES if file.parent == folder else FOR_GOOD


def _accepted(header: str) -> dict[str, bool]:
    """Return which encodings a header names, and whether it takes them (``q=0``: it does not)."""
    accepted = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        refused = any(re.fullmatch(r"q\s*=\s*0(?:\.0*)?", given) for given in parameters)
        accepted[name] = not refused
    return accepted


def _has(if_none_match: str, etag: str) -> bool:
    """Say whether the header names the ETag; a proxy may have made it a weak one."""
    names = [name.strip().removeprefix("W/") for name in if_none_match.split(",")]
    return etag in names or names == ["*"]
