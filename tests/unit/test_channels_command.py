"""``twitchwise channels``, and where its variables come from."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from twitchwise.channels.platforms import listing
from twitchwise.channels.platforms.configuration import all_configured, configured, summary
from twitchwise.channels.platforms.env_example import env_example
from twitchwise.channels.platforms.registry import ROWS
from twitchwise.errors import TwitchwiseError
from twitchwise.serving.running import RunningServer
from twitchwise.settings import settings
from twitchwise.variables import FILE_VARIABLE, load_variables, read_variables

ROOT = Path(__file__).resolve().parents[2]
TELEGRAM = next(row for row in ROWS if row.name == "telegram")
TOKEN = "4242:a_token_of_the_tests"


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
    assert summary({}) == "none (see: twitchwise channels)"


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
    assert summary(os.environ) == "Telegram (see: twitchwise channels)"


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
    assert f"{found.title} is half set" in summary(os.environ)
    problem = configured(found, os.environ).problem()
    assert needed[1] in problem
    assert "Mend: " in problem


def test_as_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    _, out = run(capsys, "json")
    listed = {one["name"]: one for one in json.loads(out)}
    assert list(listed) == [row.name for row in ROWS]
    assert listed["telegram"]["state"] == "on"
    assert TOKEN not in out


class Health(BaseHTTPRequestHandler):
    """A server that says how its platforms are."""

    status, body = 200, b'{"status": "ok"}'

    def do_GET(self) -> None:  # noqa: N802
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "body", "state", "detail", "code"),
    [
        (200, b'{"status": "ok"}', "ready", "", 0),
        (503, b'{"status": "telegram answered 401"}', "not ready", "telegram answered 401", 1),
        (404, b"{}", "not ready", "start it again", 1),
        (200, b"no JSON", "on", "", 0),
    ],
)
def test_the_running_server_is_asked(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
    state: str,
    detail: str,
    code: int,
) -> None:
    monkeypatch.setenv("TWITCHWISE_TELEGRAM_TOKEN", TOKEN)
    handler = type("Answer", (Health,), {"status": status, "body": body})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    # Nothing listens there.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(listing, "running_server", lambda: RunningServer(url, 1, "x"))
    try:
        found, out = run(capsys)
    finally:
        server.shutdown()
        server.server_close()
    assert found == code
    assert f" {state} " in line_of(out, "telegram")
    assert detail in out


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
