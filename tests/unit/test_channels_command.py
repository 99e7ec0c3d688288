"""``twitchwise channels``, and where its variables come from."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from twitchwise.channels.platforms import listing
from twitchwise.channels.platforms.configuration import all_configured, configured
from twitchwise.channels.platforms.env_example import env_example
from twitchwise.channels.platforms.registry import ROWS, Row
from twitchwise.errors import TwitchwiseError
from twitchwise.known_variables import unknown_variables
from twitchwise.serving.running import RunningServer
from twitchwise.settings import settings
from twitchwise.variables import FILE_VARIABLE, load_variables, read_variables

ROOT = Path(__file__).resolve().parents[2]
TELEGRAM = next(row for row in ROWS if row.name == "telegram")
TOKEN = "4242:a_token_of_the_tests"
SET = {"TWITCHWISE_TELEGRAM_TOKEN": TOKEN}
SERVER_TOKEN = "of-the-running-server"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("TWITCHWISE_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(listing, "running_server", lambda: None)
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(
    capsys: pytest.CaptureFixture[str], output: str = "table", env: bool = False
) -> tuple[int, str]:
    code = listing.run(argparse.Namespace(format=output, env_example=env))
    return code, capsys.readouterr().out


def line_of(out: str, name: str) -> str:
    (line,) = [line for line in out.splitlines() if line.startswith(f"{name} ")]
    return line


def test_all_are_off_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys)
    assert code == 0
    for row in ROWS:
        assert line_of(out, row.name).split() == [row.name, "off"]
    assert listing.summary() == "none (see: twitchwise channels)"


def test_one_that_is_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    code, out = run(capsys)
    assert (code, line_of(out, "telegram").split()[1:2]) == (0, ["on"])
    assert "no address needed" in line_of(out, "telegram")
    monkeypatch.setenv("TWITCHWISE_PUBLIC_URL", "https://bot.clinic.example/")
    settings.cache_clear()
    code, out = run(capsys)
    assert "https://bot.clinic.example/webhooks/telegram/webhook" in line_of(out, "telegram")
    assert TOKEN not in out
    assert listing.summary() == "Telegram (see: twitchwise channels)"


def test_one_whose_value_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_MODE", "pigeon")
    code, out = run(capsys)
    assert code == 1
    assert line_of(out, "telegram").split()[1] == "wrong"
    assert "TWITCHWISE_TELEGRAM_MODE" in out
    assert "Mend: " in out
    assert listing.summary() == "none; Telegram is wrong (see: twitchwise channels)"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "value",
    [
        "chat.example.org",
        "ftp://chat.example.org",
        "https://",
        "https://:80",
        "https://ann:secret@chat.example.org",
        "https://chat.example.org?x=1",
        "https://chat.example.org#top",
        "https://chat.example.org:port",
        "https://chat.example.org:99999",
        "https://chat .example.org",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_paths_cannot_follow(row: Row, value: str) -> None:
    environ = {row.variable(one.key): one.default or "x" for one in row.variables}
    environ[row.variable("api_url")] = value
    problem = configured(row, environ).problem()
    assert problem.startswith(f"{row.variable('api_url')} cannot be used. Mend: set it to ")
    assert "secret" not in problem


@pytest.mark.parametrize(
    "value", ["http://10.0.0.7:8081", "https://chat.example.org/api/", "http://[::1]:80/x"]
)
def test_addresses_that_paths_can_follow(value: str) -> None:
    assert configured(TELEGRAM, {**SET, "TWITCHWISE_TELEGRAM_API_URL": value}).problem() == ""


def test_a_value_with_a_line_break() -> None:
    problem = configured(TELEGRAM, {"TWITCHWISE_TELEGRAM_TOKEN": "4242:a\nb"}).problem()
    assert problem.startswith("TWITCHWISE_TELEGRAM_TOKEN cannot be used. Mend: set it to a text ")


@pytest.mark.parametrize("row", [row for row in ROWS if len(row.variables) > 2], ids=str)
def test_one_that_is_half_set(
    row: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = next(one for one in ROWS if one is row)
    needed = [found.variable(one.key) for one in found.variables if one.is_needed]
    if len(needed) == 1:
        assert not configured(found, {needed[0]: ""}).is_half_set
        return
    monkeypatch.setenv(needed[0], "Zebulon")
    code, out = run(capsys)
    assert code == 1
    assert " half set" in line_of(out, found.name)
    assert all(name in out for name in needed[1:])
    assert "Zebulon" not in out
    assert f"{found.title} is half set" in listing.summary()
    problem = configured(found, os.environ).problem()
    assert needed[1] in problem
    assert "Mend: " in problem


def test_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    _, out = run(capsys, "json")
    found = json.loads(out)
    assert found["unknown_variables"] == []
    listed = {one["name"]: one for one in found["platforms"]}
    assert list(listed) == [row.name for row in ROWS]
    assert listed["telegram"]["state"] == "on"
    assert TOKEN not in out


class Health(BaseHTTPRequestHandler):
    """A server that says how its platforms are."""

    status = 200
    #: What it says of Telegram; the others are not on there.
    body = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:  # noqa: N802
        self.asked.append(self.path)
        is_telegram = self.path == "/webhooks/telegram/"
        self.send_response(self.status if is_telegram else 404)
        self.end_headers()
        self.wfile.write(self.body if is_telegram else b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Health]]:
    """A running server; what it says is set on the class."""
    handler = type("Answer", (Health,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    # Nothing listens there.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(listing, "running_server", lambda: RunningServer(url, 1, SERVER_TOKEN))
    yield handler
    server.shutdown()
    server.server_close()


def said(status: str, **variables: str) -> bytes:
    """Return what a server says that was started with these variables."""
    fingerprint = configured(TELEGRAM, variables).fingerprint(SERVER_TOKEN)
    return json.dumps({"status": status, "variables": fingerprint}).encode()


@pytest.mark.parametrize(
    ("status", "body", "state", "detail", "code"),
    [
        (200, said("ok", **SET), "ready", "", 0),
        (503, said("telegram answered 401", **SET), "not ready", "telegram answered 401", 1),
        (404, b"{}", "not ready", "start it again", 1),
        (200, said("ok", TWITCHWISE_TELEGRAM_TOKEN="7:another"), "not ready", "start it again", 1),
        (200, b"no JSON", "on", "", 0),
        (200, b"{}", "on", "", 0),
        (200, b"[]", "on", "", 0),
    ],
)
def test_the_running_server_is_asked(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    server: type[Health],
    status: int,
    body: bytes,
    state: str,
    detail: str,
    code: int,
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    server.status, server.body = status, body
    found, out = run(capsys)
    assert found == code
    assert f" {state} " in line_of(out, "telegram")
    assert detail in out
    assert line_of(out, "slack").split() == ["slack", "off"]


def test_one_that_is_on_in_the_server_alone(
    capsys: pytest.CaptureFixture[str], server: type[Health]
) -> None:
    server.body = said("ok", **SET)
    code, out = run(capsys)
    assert (code, line_of(out, "telegram").split()) == (1, ["telegram", "off"])
    assert "the running server has other variables than these: start it again" in out


def test_an_address_that_changed_is_seen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: type[Health]
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    server.body = said("ok", **SET)
    monkeypatch.setenv("TWITCHWISE_PUBLIC_URL", "https://bot.clinic.example")
    settings.cache_clear()
    code, out = run(capsys)
    assert (code, " not ready " in line_of(out, "telegram")) == (1, True)


def test_a_server_that_says_nothing_is_asked_once(
    capsys: pytest.CaptureFixture[str], server: type[Health]
) -> None:
    server.body = b"no JSON"
    assert run(capsys)[0] == 0
    assert server.asked == ["/webhooks/telegram/"]


def test_a_fingerprint_shows_no_value_and_needs_the_key() -> None:
    one = configured(TELEGRAM, SET)
    assert TOKEN not in one.fingerprint("key")
    assert len({one.fingerprint("key"), one.fingerprint("another"), one.fingerprint("")}) == 3


def test_a_reader_that_goes_early_is_no_error() -> None:
    command = [sys.executable, "-m", "twitchwise.cli", "channels", "--env-example"]
    for options in ([], command[-1:]):
        process = subprocess.Popen(
            [*command[:4], *options],
            cwd=ROOT,
            env={**os.environ, FILE_VARIABLE: ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        process.stderr.close()
        assert process.wait(60) == 0


def test_wrong_settings_are_told_though_no_platform_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWITCHWISE_PUBLIC_URL", "https://bot.clinic.example/webhooks/slack")
    settings.cache_clear()
    with pytest.raises(TwitchwiseError, match="'public_url' is wrong: .*Mend:"):
        listing.list_platforms()


def test_variables_that_are_misspelt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKN", TOKEN)
    monkeypatch.setenv("TWITCHWISE_ZEBRA", "striped")
    code, out = run(capsys)
    assert code == 1
    assert (
        "TWITCHWISE_TELEGRAM_TOKN is not a variable of Twitchwise. "
        "Mend: call it TWITCHWISE_TELEGRAM_TOKEN, or remove it." in out
    )
    assert "TWITCHWISE_ZEBRA is not a variable of Twitchwise. Mend: see .env.example" in out
    assert TOKEN not in out
    _, out = run(capsys, "json")
    assert json.loads(out)["unknown_variables"] == ["TWITCHWISE_TELEGRAM_TOKN", "TWITCHWISE_ZEBRA"]


def test_all_variables_that_are_read_are_known() -> None:
    names = {
        name
        for file in (ROOT / "twitchwise").rglob("*.py")
        for name in re.findall(r'"(TWITCHWISE_[A-Z_]+[A-Z])"', file.read_text(encoding="utf-8"))
    }
    assert len(names) > 5
    assert unknown_variables({*names, "twitchwise_public_url", "HOME", "TWITCH"}) == {}


def test_the_example_names_every_variable(capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, env=True)
    assert out == env_example()
    committed = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert committed == out, "make it anew: twitchwise channels --env-example > .env.example"
    for row in ROWS:
        for variable in row.variables:
            assert f"{row.variable(variable.key)}=" in out


def test_the_example_as_it_is_turns_nothing_on() -> None:
    variables = read_variables(ROOT / ".env.example")
    assert not [one for one in all_configured(variables) if one.is_on or one.is_half_set]


def test_variables_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "variables"
    file.write_text(
        "# a comment\nexport TWITCHWISE_A=1\nTWITCHWISE_B='two words'\n\nTWITCHWISE_C=from file\n"
    )
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    monkeypatch.setenv("TWITCHWISE_C", "from outside")
    for name in ("TWITCHWISE_A", "TWITCHWISE_B"):
        # Set and taken back, so that it is gone after the test.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    load_variables()
    assert [os.environ[f"TWITCHWISE_{name}"] for name in "ABC"] == [
        "1",
        "two words",
        "from outside",
    ]


def test_a_mark_before_the_first_name_is_no_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("FIRST=1\n", encoding="utf-8-sig")
    assert read_variables(file) == {"FIRST": "1"}


def test_no_file_is_fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = dict(os.environ)
    monkeypatch.setenv("TWITCHWISE_HOME", str(tmp_path))
    load_variables()
    monkeypatch.delenv("TWITCHWISE_HOME")
    monkeypatch.setenv(FILE_VARIABLE, "")
    load_variables()
    monkeypatch.delenv(FILE_VARIABLE)
    assert dict(os.environ) == before


def test_lines_that_are_no_variables_are_named_without_what_is_in_them(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TWITCHWISE_A=1\nthis is Zebulon's secret\n")
    with pytest.raises(TwitchwiseError, match=r"\.env, line 2: .*Mend: ") as raised:
        read_variables(file)
    assert "Zebulon" not in str(raised.value)
    with pytest.raises(TwitchwiseError, match="cannot be read"):
        read_variables(tmp_path)
    file.write_text("TWITCHWISE_A=1\n\nTWITCHWISE_B='Zebulon\0'\n")
    with pytest.raises(TwitchwiseError, match=r"\.env, line 3: .*Mend: ") as raised:
        read_variables(file)
    assert "Zebulon" not in str(raised.value)


def test_a_folder_in_place_of_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    monkeypatch.setenv("TWITCHWISE_HOME", str(tmp_path))
    with pytest.raises(TwitchwiseError, match=r"\.env cannot be read .*Mend: "):
        load_variables()
