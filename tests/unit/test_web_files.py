"""The built page in memory: which form of a file goes out, and when nothing needs to."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from twitchwise.errors import TwitchwiseError
from twitchwise.webpage.files import (
    ASK_EACH_TIME,
    FIVE_MINUTES,
    FOR_GOOD,
    BuiltPage,
    File,
    page_file,
    read_built_page,
    reply_to,
)

HEADERS = {"X-Test": "yes"}
ALL = File("text/css", b"plain", b"zipped", b"brotli", FOR_GOOD, HEADERS)
ONLY_GZIP = File("text/css", b"plain", b"zipped", None, FOR_GOOD, HEADERS)
BARE = File("image/png", b"plain", None, None, FOR_GOOD, HEADERS)


def build_page(folder: Path) -> Path:
    """Put a small built page into the folder."""
    (folder / "assets").mkdir(parents=True)
    for name in ("assets/widget-AB12.js", "assets/page-CD34.css", "embed.js"):
        (folder / name).write_text(f"/* {name} */", encoding="utf-8")
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / f"{name}.br").write_bytes(b"brotli of " + name.encode())
    (folder / "assets" / "logo-EF56.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "assets" / "thing-1.xyz").write_bytes(b"\0")
    (folder / "assets" / "more").mkdir()
    (folder / "chat.html").write_text("<p>chat ü</p>", encoding="utf-8")
    (folder / "demo.html").write_text("<p>demo</p>", encoding="utf-8")
    (folder / ".built-from").write_text("hash", encoding="utf-8")
    return folder


@pytest.fixture
def built(tmp_path: Path) -> BuiltPage:
    return read_built_page(build_page(tmp_path / "web"), HEADERS)


def test_what_is_read(built: BuiltPage) -> None:
    assert built.page == "<p>chat ü</p>"
    assert built.demo == "<p>demo</p>"
    # Neither packed forms nor what is not meant for the web has a path.
    assert set(built.files) == {
        "embed.js",
        "assets/logo-EF56.svg",
        "assets/page-CD34.css",
        "assets/thing-1.xyz",
        "assets/widget-AB12.js",
    }


def test_types_do_not_depend_on_the_machine(built: BuiltPage) -> None:
    types = {path.rsplit(".")[-1]: file.content_type for path, file in built.files.items()}
    assert types == {
        "js": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml",
        "xyz": "application/octet-stream",
    }


def test_only_names_with_a_hash_are_kept_for_good(built: BuiltPage) -> None:
    caching = {path: file.cache_control for path, file in built.files.items()}
    assert caching.pop("embed.js") == FIVE_MINUTES == "public, max-age=300"
    assert set(caching.values()) == {FOR_GOOD}
    assert FOR_GOOD == "public, max-age=31536000, immutable"
    assert page_file("<p>", {}).cache_control == ASK_EACH_TIME == "no-cache"


def test_all_forms_are_read(built: BuiltPage) -> None:
    script = built.files["assets/widget-AB12.js"]
    assert script.identity == b"/* assets/widget-AB12.js */"
    assert script.gzip is not None
    assert gzip.decompress(script.gzip) == script.identity
    assert script.brotli == b"brotli of assets/widget-AB12.js"
    logo = built.files["assets/logo-EF56.svg"]
    assert (logo.gzip, logo.brotli, logo.packed) == (None, None, False)


@pytest.mark.parametrize("missing", ["chat.html", "demo.html", "embed.js", "assets"])
def test_a_page_that_is_not_whole_is_one_clear_line(tmp_path: Path, missing: str) -> None:
    folder = build_page(tmp_path / "web")
    (folder / missing).rename(tmp_path / "away")
    with pytest.raises(TwitchwiseError, match="not built .* Mend: .*build-web") as raised:
        read_built_page(folder, {})
    assert "\n" not in str(raised.value)


def test_no_built_page(tmp_path: Path) -> None:
    with pytest.raises(TwitchwiseError, match="make serve"):
        read_built_page(tmp_path / "nothing", {})


@pytest.mark.parametrize(
    ("accepted", "file", "encoding"),
    [
        ("gzip, deflate, br, zstd", ALL, "br"),
        ("gzip, deflate, br", ONLY_GZIP, "gzip"),
        ("gzip, deflate, br", BARE, ""),
        ("", ALL, ""),
        ("gzip", ALL, "gzip"),
        ("GZIP", ALL, "gzip"),
        ("br;q=0, gzip", ALL, "gzip"),
        ("br; q=0.0, gzip;q=0.000", ALL, ""),
        ("br;q=0.5, gzip", ALL, "br"),
        ("*", ALL, "br"),
        ("*;q=0", ALL, ""),
        ("br;q=0, *", ALL, "gzip"),
        ("identity", ALL, ""),
        ("x-gzip, brotli", ALL, ""),
        (",;,=;q=0,", ALL, ""),
    ],
)
def test_the_smallest_form_that_the_client_takes(accepted: str, file: File, encoding: str) -> None:
    reply = reply_to(file, accepted, "")
    body = {"br": b"brotli", "gzip": b"zipped", "": b"plain"}[encoding]
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers.get("Content-Encoding", "") == encoding
    assert reply.headers["X-Test"] == "yes"
    # A cache between us must not hand Brotli to who cannot read it.
    assert ("Vary" in reply.headers) == file.packed


def test_each_form_has_a_strong_etag_of_its_own() -> None:
    tags = {reply_to(ALL, accepted, "").headers["ETag"] for accepted in ("", "gzip", "br")}
    assert len(tags) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_an_etag_is_that_of_the_contents() -> None:
    other = File("text/css", b"plain.", b"zipped", b"brotli", FOR_GOOD)
    assert other.etag != ALL.etag == ONLY_GZIP.etag


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_what_the_browser_has_is_not_sent_again(accepted: str) -> None:
    first = reply_to(ALL, accepted, "")
    etag = first.headers["ETag"]
    for names in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = reply_to(ALL, accepted, names)
        assert (again.status, again.body) == (304, b"")
        assert "Content-Encoding" not in again.headers
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("names", ['"other"', "", "nonsense", '"', ",", '"*"'])
def test_what_the_browser_does_not_have_is_sent(names: str) -> None:
    assert reply_to(ALL, "gzip", names).status == 200


def test_the_etag_of_another_form_does_not_count() -> None:
    packed = reply_to(ALL, "gzip", "").headers["ETag"]
    assert reply_to(ALL, "", packed).status == 200


def test_a_page_is_packed_here_and_always_alike() -> None:
    page = page_file("<p>ü</p>", HEADERS)
    assert page.identity == "<p>ü</p>".encode()
    assert page.gzip is not None
    assert gzip.decompress(page.gzip) == page.identity
    assert page == page_file("<p>ü</p>", HEADERS)
    assert page.content_type == "text/html; charset=utf-8"
