"""The options of ``chat`` and ``ask``."""

from __future__ import annotations

import argparse

import pytest

from twitchwise.terminal.options import (
    URL_VARIABLE,
    add_ask_arguments,
    add_chat_arguments,
    server_url,
)


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)


def chat(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_chat_arguments(parser)
    return parser.parse_args(given)


def ask(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_ask_arguments(parser)
    return parser.parse_args(given)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://127.0.0.1:5005", "http://127.0.0.1:5005"),
        ("http://127.0.0.1:5005/", "http://127.0.0.1:5005"),
        ("http://127.0.0.1:5005/chat", "http://127.0.0.1:5005"),
        ("http://127.0.0.1:5005/chat/", "http://127.0.0.1:5005"),
        (" https://bot.example// ", "https://bot.example"),
        ("https://bot.example/twitch/chat", "https://bot.example/twitch"),
        ("https://bot.example/livechat", "https://bot.example/livechat"),
        ("http://[::1]:5005/chat", "http://[::1]:5005"),
        ("http://me:pass@bot.example:8080/chat", "http://me:pass@bot.example:8080"),
        ("http://localhost", "http://localhost"),
        ("http://bot-ü.example", "http://bot-ü.example"),
        ("http://chat", "http://chat"),
        ("http://chat/", "http://chat"),
        ("http://chat/chat", "http://chat"),
        ("http://chat:5005/chat", "http://chat:5005"),
        ("https://chat.example/chat", "https://chat.example"),
    ],
)
def test_an_address_is_taken_without_the_page(given: str, url: str) -> None:
    assert server_url(given) == url


@pytest.mark.parametrize(
    "given", ["http://bot.example/?", "http://bot.example#", "http://bot.example/chat?"]
)
def test_marks_without_meaning_are_no_part_of_an_address(given: str) -> None:
    """What is added to an address with "?" at its end would be no path."""
    try:
        url = server_url(given)
    except argparse.ArgumentTypeError:
        return
    assert url == "http://bot.example"


NO_WEB = ["", " ", "/", "localhost:5005", "127.0.0.1", "bot.example", "//bot.example"]
OTHER_SCHEMES = ["ftp://bot.example", "file:///etc/passwd", "javascript:alert(1)"]
NO_HOST = ["http://", "http://:5005", "http:///chat", "https://me@", "http://[::1", "http://::1]"]
BAD_HOSTS = ["http://a b", "http://a\nb.example", "http://a..b", f"http://{'a' * 64}.example"]
BAD_PORTS = ["http://x:0", "http://x:65536", "http://x:port", "http://x:-1", "http://x:５"]
MORE_THAN_A_PLACE = ["http://bot.example?a=b", "http://bot.example/#a"]


@pytest.mark.parametrize(
    "given",
    [*NO_WEB, *OTHER_SCHEMES, *NO_HOST, *BAD_HOSTS, *BAD_PORTS, *MORE_THAN_A_PLACE],
    ids=ascii,
)
def test_what_is_no_address_of_a_server_is_told(given: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no address of a server. Mend"):
        server_url(given)


@pytest.mark.parametrize("parse", [chat, ask])
def test_the_address_may_come_from_the_surroundings(
    monkeypatch: pytest.MonkeyPatch, parse: object
) -> None:
    assert callable(parse)
    assert parse().url is None
    monkeypatch.setenv(URL_VARIABLE, "http://bot.example/chat")
    assert parse().url == "http://bot.example"
    assert parse("--url", "http://other.example").url == "http://other.example"
    monkeypatch.setenv(URL_VARIABLE, "")
    assert parse().url is None


def test_a_wrong_address_in_the_surroundings_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, "bot.example")
    with pytest.raises(SystemExit) as left:
        chat()
    assert left.value.code == 2
    assert "'bot.example' is no address" in capsys.readouterr().err


def test_a_wrong_address_in_the_surroundings_does_not_matter_where_one_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(URL_VARIABLE, "bot.example")
    assert chat("--url", "http://bot.example").url == "http://bot.example"


@pytest.mark.parametrize(("given", "seconds"), [("5", 5.0), ("0.5", 0.5), ("1e2", 100.0)])
def test_the_time_to_wait_is_a_number_of_seconds(given: str, seconds: float) -> None:
    assert chat("--timeout", given).timeout == seconds


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "-inf", "soon", "", "1e9", "5s", "1,5"])
def test_what_is_no_time_is_told(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        chat(f"--timeout={given}")
    assert left.value.code == 2
    assert "seconds" in capsys.readouterr().err


def test_without_options_a_conversation_is_kept_nowhere_and_shown_well() -> None:
    options = chat()
    assert (options.resume, options.list, options.no_history) == (None, False, False)
    assert (options.plain, options.json, options.exit_on_escalation) == (False, False, False)


def test_a_question_may_be_many_words() -> None:
    assert ask("can", "stress", "do", "it?", "--json").words == ["can", "stress", "do", "it?"]
    assert ask().words == []


def test_words_that_look_like_options_come_after_two_dashes() -> None:
    assert ask("--plain", "--", "--json", "-x").words == ["--json", "-x"]
