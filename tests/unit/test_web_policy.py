"""Security headers of the page, and the setting that says which sites may show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from twitchwise.errors import TwitchwiseError
from twitchwise.settings import Settings, read_settings
from twitchwise.webpage.policy import demo_headers, page_headers, shared_headers, text_headers


def policy_of(headers: dict[str, str]) -> dict[str, str]:
    parts = (part.partition(" ") for part in headers["Content-Security-Policy"].split("; "))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("headers", [page_headers(["*"]), demo_headers()])
def test_a_page_loads_only_what_is_ours(headers: dict[str, str]) -> None:
    policy = policy_of(headers)
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    for word in ("unsafe-", "nonce-", "http:", "https:"):
        assert word not in headers["Content-Security-Policy"]


def test_the_page_talks_to_its_own_server_alone() -> None:
    policy = policy_of(page_headers(["*"]))
    assert policy["connect-src"] == "'self'"
    assert "frame-src" not in policy


def test_the_demo_may_show_the_page_and_may_not_be_shown() -> None:
    policy = policy_of(demo_headers())
    assert policy["frame-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "connect-src" not in policy


@pytest.mark.parametrize("headers", [page_headers(["*"]), page_headers([]), demo_headers()])
def test_the_other_headers_of_a_page(headers: dict[str, str]) -> None:
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{feature}=()" in headers["Permissions-Policy"].split(", ")
    # It would forbid every other site at once, whatever frame-ancestors says.
    assert "X-Frame-Options" not in headers


def test_scripts_may_be_loaded_by_other_sites() -> None:
    assert shared_headers()["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cross-Origin-Resource-Policy" not in text_headers()
    for headers in (shared_headers(), text_headers()):
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("setting", "ancestors"),
    [
        ("*", None),
        ("", "'self'"),
        ("https://clinic.example", "'self' https://clinic.example"),
        (
            " https://a.example \n http://*.b.example:8080 ",
            "'self' https://a.example http://*.b.example:8080",
        ),
        ("https://a.example *", None),
    ],
)
def test_which_sites_may_show_the_page(setting: str, ancestors: str | None) -> None:
    given = Settings.parse_obj({"embed_origins": setting})
    policy = policy_of(page_headers(given.embed_origins.split()))
    assert policy.get("frame-ancestors") == ancestors


@pytest.mark.parametrize(
    "origin",
    [
        "https://clinic.example",
        "http://localhost:3000",
        "https://*.clinic.example",
        "https://127.0.0.1:8443",
        "https://xn--bcher-kva.example",
        "https://Clinic.example",
    ],
)
def test_an_origin(origin: str) -> None:
    assert Settings.parse_obj({"embed_origins": origin}).embed_origins == origin


@pytest.mark.parametrize(
    "origin",
    [
        "clinic.example",
        "https://",
        "https://clinic.example/",
        "https://clinic.example/page",
        "https://clinic.example?x",
        "https://me@clinic.example",
        "https://*",
        "https://a.*.example",
        "https://-a.example",
        "https://a..example",
        "https://clinic.example:",
        "https://clinic.example:port",
        "https://clinic.example:123456",
        "https://clinic.example,https://b.example",
        "https://clinic.example;script-src",
        "https://büro.example",
        "'self'",
        "data:",
        "**",
        "ftp://clinic.example",
    ],
)
def test_what_is_no_origin_is_one_clear_line(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "settings.yml"
    path.write_text(f'embed_origins: "https://fine.example {origin}"\n', encoding="utf-8")
    with pytest.raises(TwitchwiseError) as raised:
        read_settings(path)
    message = str(raised.value)
    assert message.startswith("settings.yml: the setting 'embed_origins' is wrong: ")
    assert origin in message
    assert "https://clinic.example. Mend: " in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "{name}"])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="assistant_name"):
        Settings.parse_obj({"assistant_name": name})
