"""Which server a conversation is led with: the one named, the one that runs, or one of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.fake_server import FakeServer, refusal, running_server, web_page
from twitchwise.paths import HOME_VARIABLE
from twitchwise.serving.running import RunningServer, announce, server_file
from twitchwise.terminal import locate, servers
from twitchwise.terminal.failures import ServerFailed
from twitchwise.terminal.locate import Found, find_server, given_server
from twitchwise.terminal.servers import server_for

#: Nobody has this number, on Linux by default.
NO_PROCESS = 2**22 + 1


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def usual() -> Iterator[FakeServer]:
    """A server at the usual place."""
    with running_server() as server:
        yield server


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, usual: FakeServer) -> None:
    """No server is announced, and the usual place is one of this test's own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(locate, "DEFAULT_URL", usual.url)


class PretendedServer:
    """What is started where no server runs."""

    started = 0
    stopped = 0

    def __init__(self) -> None:
        type(self).started += 1
        self.url = "http://127.0.0.1:1"
        self.is_running = True
        self.told: list[str] = []

    def start(self) -> None:
        type(self).started += 1
        self.is_running = True

    def wait_until_ready(self, tell: object) -> None:
        assert callable(tell)
        tell("Training …")

    def stop(self) -> None:
        type(self).stopped += 1


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> type[PretendedServer]:
    """What would be started, and how often it was."""

    class Own(PretendedServer):
        pass

    monkeypatch.setattr(servers, "OwnServer", Own)
    return Own


def announced(server: FakeServer, pid: int | None = None, token: str = "a token") -> None:
    announce(RunningServer(server.url, pid or os.getpid(), token))


def test_the_project_s_server_comes_first(server: FakeServer, usual: FakeServer) -> None:
    announced(server)
    assert find_server() == Found(server.url, "a token")
    assert usual.seen("GET", "/about") == []


def test_a_server_at_the_usual_place_is_found_without_a_token(usual: FakeServer) -> None:
    assert find_server() == Found(usual.url, "")


def test_the_project_s_server_at_the_usual_place_has_its_token(usual: FakeServer) -> None:
    announced(usual)
    assert find_server() == Found(usual.url, "a token")


def test_where_none_answers_none_is_found(server: FakeServer, usual: FakeServer) -> None:
    announced(server)
    server.stop()
    usual.stop()
    assert find_server() is None


def test_a_server_that_does_not_answer_is_passed_over(
    server: FakeServer, usual: FakeServer
) -> None:
    announced(server)
    server.stop()
    assert find_server() == Found(usual.url, "")


def test_a_server_whose_process_is_gone_is_not_asked(server: FakeServer, usual: FakeServer) -> None:
    announced(server, pid=NO_PROCESS)
    assert find_server() == Found(usual.url, "")
    assert server.seen("GET", "/about") == []


def test_another_program_at_the_usual_place_is_no_server(usual: FakeServer) -> None:
    usual.fail(web_page(), at="/about")
    assert find_server() is None


def test_a_server_that_cannot_say_what_it_is_is_none(usual: FakeServer) -> None:
    usual.fail(refusal(500), at="/about")
    assert find_server() is None


def test_the_token_goes_to_no_other_server(server: FakeServer, usual: FakeServer) -> None:
    announced(server)
    server.fail(refusal(500), at="/about")
    assert find_server() == Found(usual.url, "")
    (seen,) = usual.seen("GET", "/about")
    assert "x-operator-token" not in seen.headers


@pytest.mark.parametrize("url", ["", "nonsense", "http://[", "http://a..b", "ftp://x", "http://\n"])
def test_a_damaged_announcement_is_passed_over(usual: FakeServer, url: str) -> None:
    server_file().parent.mkdir()
    server_file().write_text(json.dumps({"url": url, "pid": os.getpid(), "token": "a token"}))
    assert find_server() == Found(usual.url, "")


@pytest.mark.parametrize("token", ["two\nlines", "€"])
def test_a_damaged_token_is_passed_over(server: FakeServer, usual: FakeServer, token: str) -> None:
    announced(server, token=token)
    assert find_server() in (Found(usual.url, ""), Found(server.url, ""))


def test_a_server_that_is_named_is_not_asked_first(server: FakeServer) -> None:
    assert given_server(server.url) == Found(server.url, "")
    assert server.seen("GET", "/about") == []


def test_a_server_that_is_named_and_ours_has_its_token(
    server: FakeServer, usual: FakeServer
) -> None:
    announced(server)
    assert given_server(server.url).token == "a token"
    assert given_server(usual.url).token == ""


def test_a_server_that_runs_is_neither_started_nor_stopped(
    usual: FakeServer, own: type[PretendedServer]
) -> None:
    told: list[str] = []
    with server_for(None) as found:
        found.wait_until_ready(told.append)
        found.start_again_if_it_ended(told.append)
        assert found.url == usual.url
    assert (own.started, own.stopped, told) == (0, 0, [])
    assert usual.seen("GET", "/about") != []


def test_a_server_that_is_named_is_taken_though_it_does_not_answer(
    server: FakeServer, own: type[PretendedServer]
) -> None:
    server.stop()
    with server_for(server.url) as found:
        assert found.url == server.url
    assert own.started == 0


def test_where_none_runs_one_is_started_and_stopped(
    usual: FakeServer, own: type[PretendedServer]
) -> None:
    usual.stop()
    told: list[str] = []
    with server_for(None) as found:
        found.wait_until_ready(told.append)
        assert (own.started, own.stopped) == (1, 0)
    assert (own.started, own.stopped, told) == (1, 1, ["Training …"])


@pytest.mark.parametrize("error", [ServerFailed("no"), KeyboardInterrupt(), SystemExit(143)])
def test_a_started_server_is_stopped_whatever_happens(
    usual: FakeServer, own: type[PretendedServer], error: BaseException
) -> None:
    usual.stop()
    with pytest.raises(type(error)), server_for(None):
        raise error
    assert own.stopped == 1


def test_a_started_server_that_ended_is_started_again(
    usual: FakeServer, own: type[PretendedServer]
) -> None:
    usual.stop()
    told: list[str] = []
    with server_for(None) as found:
        found.wait_until_ready(lambda _: None)
        found.start_again_if_it_ended(told.append)
        assert (own.started, told) == (1, [])
        assert isinstance(found, servers.StartedServer)
        found._own.is_running = False  # type: ignore[misc]
        found.start_again_if_it_ended(told.append)
        assert (own.started, told) == (2, ["Training …"])
