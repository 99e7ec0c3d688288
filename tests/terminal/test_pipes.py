"""The client in scripts: what comes out, how it ends, and how much it bears."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.terminal import replies
from tests.terminal.fake_server import (
    FakeServer,
    Fault,
    cut_off,
    dribble,
    hang_up,
    refusal,
    web_page,
)
from tests.terminal.program import Pipes, Surroundings, command, wait_until_it_waits
from twitchwise.cli import main

_GOLDEN = Path(__file__).parent / "golden"
_LINES = "does magnesium matter\nmy chest hurts\nmy foot is numb\nhello\n"
_UNREACHABLE: dict[str, Fault] = {"nothing": hang_up(), "half an answer": cut_off()}
_WRONG: dict[str, Fault] = {
    "500": refusal(500),
    "a web page": web_page(),
}


def _golden(name: str) -> str:
    return (_GOLDEN / name).read_text(encoding="utf-8")


def _is_one_line(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1 and text.strip() != ""


# What comes out.


def test_lines_are_answered_as_text(pipes: Pipes, server: FakeServer) -> None:
    done = pipes.chat(_LINES)
    assert done.out == _golden("chat.txt")
    assert (done.exit_code, done.err) == (0, "")
    assert server.texts() == _LINES.splitlines()
    assert len({one.conversation for one in server.sent()}) == 1
    assert server.forgotten() == [server.sent()[0].conversation]


def test_lines_are_answered_as_json(pipes: Pipes, server: FakeServer) -> None:
    done = pipes.chat(_LINES, "--json")
    assert (done.exit_code, done.err) == (0, "")
    assert list(map(json.loads, done.out.splitlines())) == list(
        map(json.loads, _golden("chat.jsonl").splitlines())
    )
    # Not as escapes.
    assert "“Magnesium”" in done.out
    assert server.forgotten() == [server.sent()[0].conversation]


@pytest.mark.parametrize("locale", ["C", "none_SUCH.UTF-8"])
def test_the_locale_changes_nothing(pipes: Pipes, server: FakeServer, locale: str) -> None:
    done = pipes.chat("meine Wade zuckt früh\n", LANG=locale, LC_ALL=locale)
    assert (done.exit_code, done.err) == (0, "")
    assert done.out == _golden("ask.txt")
    assert server.texts() == ["meine Wade zuckt früh"]


def test_an_output_that_takes_ascii_only(pipes: Pipes, server: FakeServer) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = pipes.chat("früh\n", **ascii_only)
    assert (done.exit_code, done.err) == (0, "")
    assert done.out.isascii() and replies.ANSWER in done.out and replies.DISCLAIMER in done.out
    # What comes in, and JSON, are UTF-8 all the same.
    assert '"früh"' in pipes.chat("früh\n", "--json", **ascii_only).out
    assert server.texts() == ["früh", "früh"]


def test_the_example_of_two_lines(server: FakeServer, home: Surroundings) -> None:
    asked = subprocess.run(
        ["sh", "-c", f"printf 'hello\\n2\\n' | {' '.join(command('chat', '--url', server.url))}"],
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0
    assert asked.stdout.startswith(f"{replies.GREETING}\n{replies.DISCLAIMER}\n\n")
    assert server.texts() == ["hello", "2"]


def test_a_number_picks_a_choice_of_the_turn_before(pipes: Pipes, server: FakeServer) -> None:
    assert pipes.chat("1\nmagnesium\n3\nhello\n3\n").exit_code == 0
    title, payload = replies.CHOICES[2]
    # There is no turn before the first line, and none of its choices is left after a greeting.
    assert [(one.body["message"], one.body.get("title")) for one in server.sent()] == [
        ("1", None),
        ("magnesium", None),
        (payload, title),
        ("hello", None),
        ("3", None),
    ]


def test_only_what_is_urgent_has_a_word_before_it(pipes: Pipes, server: FakeServer) -> None:
    names = ("conditional_escalation", "see_doctor", "safety_reminder", "escalation", "emergency")
    server.reply = lambda _: [replies.said(f"This is {name}.", f"utter_{name}") for name in names]
    assert pipes.ask("anything").out.splitlines() == [
        "This is conditional_escalation.",
        "This is see_doctor.",
        "This is safety_reminder.",
        "SEE A DOCTOR: This is escalation.",
        "EMERGENCY: This is emergency.",
        replies.DISCLAIMER,
    ]


def test_ask_takes_words_or_all_of_its_input(pipes: Pipes, server: FakeServer) -> None:
    by_words = pipes.ask("does", "magnesium", "matter")
    by_input = pipes.ask(given="does magnesium\nmatter at night\n")
    assert (by_words.exit_code, by_words.err) == (by_input.exit_code, by_input.err) == (0, "")
    assert by_words.out == by_input.out == _golden("ask.txt")
    first, second = server.texts()
    assert first == "does magnesium matter"
    assert second.strip() == "does magnesium\nmatter at night"
    assert server.forgotten() == [one.conversation for one in server.sent()]
    assert len(set(server.forgotten())) == 2


def test_ask_as_json(pipes: Pipes) -> None:
    done = pipes.ask("--json", "my", "foot", "is", "numb")
    told = json.loads(done.out)
    assert told == json.loads(_golden("chat.jsonl").splitlines()[2])


def test_words_that_look_like_an_option_can_be_asked(pipes: Pipes, server: FakeServer) -> None:
    assert pipes.ask("--", "--numb", "foot").exit_code == 0
    assert server.texts() == ["--numb foot"]


@pytest.mark.parametrize("given", ["", "\n", "  \n\n"])
def test_ask_without_a_message_is_a_mistake(pipes: Pipes, server: FakeServer, given: str) -> None:
    done = pipes.ask(given=given)
    assert done.exit_code == 2
    assert done.out == "" and "Traceback" not in done.err and done.err
    assert server.sent() == []


def test_ask_with_an_empty_word_is_a_mistake(pipes: Pipes, server: FakeServer) -> None:
    assert pipes.ask("", "  ").exit_code == 2
    assert server.sent() == []


@pytest.mark.parametrize("given", ["", "\n\n", " \n\t\n"])
def test_chat_without_a_line_says_nothing(pipes: Pipes, server: FakeServer, given: str) -> None:
    done = pipes.chat(given)
    assert (done.exit_code, done.out, done.err) == (0, "", "")
    assert server.sent() == []


def test_lines_of_all_kinds_are_messages(pipes: Pipes, server: FakeServer) -> None:
    given = b"\n/help\r\n\r\n/my foot is numb\n   \n//\n/forget\n/quit\nhello"
    done = pipes.chat(given)
    assert (done.exit_code, done.err) == (0, "")
    assert server.texts() == ["/help", "/my foot is numb", "//", "/forget", "/quit", "hello"]
    assert done.out.endswith(f"{replies.GREETING}\n{replies.DISCLAIMER}\n")


def test_bytes_that_are_no_utf_8_do_not_hide_what_was_said(
    pipes: Pipes, server: FakeServer
) -> None:
    done = pipes.chat(b"\xff my foot \xc3( is numb\n\xed\xa0\xbd numb\nhello\n")
    assert (done.exit_code, done.err) == (0, "")
    assert "my foot" in server.texts()[0] and "is numb" in server.texts()[0]
    assert done.out.count("SEE A DOCTOR: ") == 2
    assert server.texts()[2] == "hello"


def test_words_that_are_no_utf_8_are_asked_too(server: FakeServer, home: Surroundings) -> None:
    line = [os.fsencode(word) for word in command("ask", "--url", server.url)]
    asked = subprocess.run(
        [*line, b"\xff", b"numb"],
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        check=False,
    )
    assert asked.returncode == 0
    assert asked.stdout.startswith(b"SEE A DOCTOR: ")


def test_other_ends_of_lines_are_no_ends_of_messages(pipes: Pipes, server: FakeServer) -> None:
    text = "my foot\u2028is\x0bnumb\x85now"
    assert pipes.chat(text + "\n").exit_code == 0
    assert server.texts() == [text]


def test_options_of_an_address(pipes: Pipes, server: FakeServer) -> None:
    for address in (f"{server.url}/", f"{server.url}/chat"):
        assert pipes.run(["ask", "--url", address, "hello"]).exit_code == 0
    # No proxy reaches this machine.
    proxy = "http://127.0.0.1:1"
    run = pipes.run(["ask", "hello"], TWITCHWISE_URL=server.url, http_proxy=proxy, HTTP_PROXY=proxy)
    assert run.exit_code == 0
    # The option wins.
    closed = "http://127.0.0.1:1"
    assert pipes.run(["ask", "--url", server.url, "hello"], TWITCHWISE_URL=closed).exit_code == 0
    assert server.texts() == ["hello"] * 4


# How it ends.


@pytest.mark.parametrize(
    "arguments",
    [
        ["chat", "--no-such-option"],
        ["ask", "--no-such-option", "hello"],
        ["chat", "--url", "ftp://127.0.0.1", "--json"],
        ["chat", "--url", "nonsense"],
        ["chat", "--url", "http://"],
        ["chat", "--url", "http://127.0.0.1:99999"],
        ["chat", "--url", ""],
        ["chat", "--timeout", "soon"],
        ["chat", "--timeout", "0"],
        ["chat", "--timeout", "-1"],
        ["chat", "--timeout", "nan"],
        ["ask", "--resume", "calf", "hello"],
        ["chat", "hello"],
    ],
    ids=" ".join,
)
def test_a_mistake_in_the_command_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.delenv("TWITCHWISE_URL", raising=False)
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and "error: " in err


def test_a_mistake_in_the_variable_ends_with_2(pipes: Pipes) -> None:
    done = pipes.run(["ask", "hello"], TWITCHWISE_URL="ftp://127.0.0.1")
    assert done.exit_code == 2
    assert done.out == "" and done.err and "Traceback" not in done.err


def test_a_server_that_is_not_there_ends_with_3(pipes: Pipes, server: FakeServer) -> None:
    server.stop()
    asked = pipes.ask("hello")
    assert (asked.exit_code, asked.out) == (3, "") and _is_one_line(asked.err)
    piped = pipes.chat("hello\nhello\n")
    assert (piped.exit_code, piped.out) == (3, "") and _is_one_line(piped.err)
    assert server.url in asked.err


def test_a_name_that_is_no_host_ends_with_3(pipes: Pipes) -> None:
    done = pipes.run(["ask", "--url", "http://no-such-host.invalid", "hello"])
    assert done.exit_code == 3 and _is_one_line(done.err)


@pytest.mark.parametrize("fault", _UNREACHABLE.values(), ids=_UNREACHABLE.keys())
def test_a_broken_connection_ends_with_3_and_names_the_line(
    pipes: Pipes, server: FakeServer, fault: Fault
) -> None:
    server.fail(None, None, fault)
    done = pipes.chat("a\n\nb\nc\nd\n")
    assert done.exit_code == 3
    assert done.err.startswith("line 4: ") and _is_one_line(done.err)
    assert server.texts() == ["a", "b", "c"]
    assert done.out.count(replies.DISCLAIMER) == 2


@pytest.mark.parametrize("fault", _WRONG.values(), ids=_WRONG.keys())
def test_a_server_that_fails_ends_with_4(pipes: Pipes, server: FakeServer, fault: Fault) -> None:
    server.fail(fault)
    piped = pipes.chat("hello\nhello\n")
    assert (piped.exit_code, piped.out) == (4, "")
    assert piped.err.startswith("line 1: ") and _is_one_line(piped.err)
    assert len(server.sent()) == 1


def test_ask_ends_with_the_same_codes(pipes: Pipes, server: FakeServer) -> None:
    server.fail(refusal(400, "No."))
    asked = pipes.ask("hello")
    assert (asked.exit_code, asked.out) == (2, "") and _is_one_line(asked.err)
    # There is but one message, so no line is named.
    assert not asked.err.startswith("line ")


def test_a_message_that_is_refused_ends_with_2(pipes: Pipes, server: FakeServer) -> None:
    server.fail(refusal(413, "Too long."))
    piped = pipes.chat("hello\nhello\n")
    assert (piped.exit_code, piped.out) == (2, "")
    assert piped.err.startswith("line 1: ") and _is_one_line(piped.err)
    assert len(server.sent()) == 1


def test_no_answer_in_time_ends_with_3(pipes: Pipes, server: FakeServer) -> None:
    with server.holding():
        done = pipes.chat("hello\n", "--timeout", "0.5")
    assert (done.exit_code, done.out) == (3, "")
    assert done.err.startswith("line 1: ") and _is_one_line(done.err)


def test_an_answer_that_dribbles_in_is_not_in_time(pipes: Pipes, server: FakeServer) -> None:
    server.fail(dribble())
    done = pipes.chat("hello\n", "--timeout", "0.5")
    assert (done.exit_code, done.out) == (3, "")
    assert done.err.startswith("line 1: ") and _is_one_line(done.err)


def test_what_is_urgent_is_said_where_there_is_no_answer(pipes: Pipes, server: FakeServer) -> None:
    server.fail(hang_up())
    done = pipes.chat("my foot is numb\n")
    assert (done.exit_code, done.out) == (3, "")
    assert done.err.startswith("line 1: ") and _is_one_line(done.err)
    assert "see a doctor" in done.err.lower()
    server.fail(hang_up())
    assert "doctor" not in pipes.chat("hello\n").err


def test_too_many_messages_wait_and_go_on(pipes: Pipes, server: FakeServer) -> None:
    server.fail(refusal(429, "Too many messages.", Retry_After="1"))
    done = pipes.chat("hello\nmagnesium\n")
    assert done.exit_code == 0
    assert _is_one_line(done.err) and "1" in done.err
    assert server.texts() == ["hello", "hello", "magnesium"]
    assert server.handled == ["hello", "magnesium"]
    assert done.out.count(replies.GREETING) == 1


@pytest.mark.parametrize("urgent", ["my foot is numb", "my chest hurts"])
def test_an_escalation_ends_with_10_where_that_is_asked_for(
    pipes: Pipes, server: FakeServer, urgent: str
) -> None:
    given = f"hello\n{urgent}\nmagnesium\n"
    done = pipes.chat(given, "--exit-on-escalation")
    assert (done.exit_code, done.err) == (10, "")
    assert server.texts() == ["hello", urgent]
    assert done.out.endswith(f"{replies.DISCLAIMER}\n")
    assert done.out.count(replies.DISCLAIMER) == 2
    assert server.forgotten() == [server.sent()[0].conversation]


def test_an_escalation_ends_with_10_only_where_that_is_asked_for(pipes: Pipes) -> None:
    assert pipes.ask("--exit-on-escalation", "--json", "my foot is numb").exit_code == 10
    assert pipes.ask("--exit-on-escalation", "hello").exit_code == 0
    assert pipes.chat("my foot is numb\nhello\n").exit_code == 0


def test_nothing_is_read_after_an_escalation(server: FakeServer, home: Surroundings) -> None:
    whole = f"({' '.join(command('chat', '--exit-on-escalation', '--url', server.url))}; cat)"
    reader, writer = os.pipe()
    with subprocess.Popen(
        ["sh", "-c", whole],
        stdin=reader,
        stdout=subprocess.PIPE,
        env=home.variables(),
        cwd=home.folder,
    ) as shell:
        os.close(reader)
        os.write(writer, b"numb\n")
        server.wait_for("DELETE", "/conversation")
        os.write(writer, b"for the next program\n")
        os.close(writer)
        assert shell.stdout is not None
        assert shell.stdout.read().endswith(b"\nfor the next program\n")


# What it bears.


def test_a_line_of_a_megabyte(pipes: Pipes, server: FakeServer) -> None:
    line = "my calf twitches " * 62_000
    refused = pipes.chat(f"hello\n{line}\nhello\n")
    assert refused.exit_code == 2
    assert refused.err.startswith("line 2: ") and _is_one_line(refused.err)
    assert len(refused.err) < 500
    server.about["largest_message"] = 2_000_000
    done = pipes.chat(f"{line}\n")
    assert (done.exit_code, done.err) == (0, "")
    assert server.texts()[-1].strip() == line.strip()


def test_each_line_is_answered_before_the_next_one_comes(pipes: Pipes, server: FakeServer) -> None:
    with pipes.start("chat", "--json") as client:
        assert client.stdin is not None and client.stdout is not None
        for number in range(3):
            client.stdin.write(b"hello %d\n" % number)
            client.stdin.flush()
            assert json.loads(client.stdout.readline())["message"] == f"hello {number}"
        client.stdin.close()
        assert client.wait() == 0


def test_a_reader_that_has_seen_enough(pipes: Pipes, server: FakeServer) -> None:
    with pipes.start("chat") as client:
        assert client.stdin and client.stdout and client.stderr
        client.stdin.write(b"hello\n")
        client.stdin.flush()
        assert client.stdout.readline() == f"{replies.GREETING}\n".encode()
        client.stdout.close()
        client.stdin.write(b"hello\n" * 50)
        client.stdin.close()
        assert client.wait() == 0
        assert client.stderr.read() == b""
    assert server.forgotten() == [server.sent()[0].conversation]
    assert len(server.sent()) < 51


@pytest.mark.parametrize(
    ("sign", "waits_for"),
    [
        (signal.SIGINT, "a line"),
        (signal.SIGINT, "an answer"),
        (signal.SIGTERM, "a line"),
        (signal.SIGHUP, "an answer"),
    ],
)
def test_a_signal_ends_it_and_the_conversation_is_forgotten(
    pipes: Pipes, server: FakeServer, sign: signal.Signals, waits_for: str
) -> None:
    with pipes.start("chat") as client, server.holding() as held:
        assert client.stdin and client.stdout and client.stderr
        client.stdin.write(b"hello\n")
        client.stdin.flush()
        held.wait()
        if waits_for == "a line":
            held.release()
            client.stdout.readline()
            client.stdout.readline()
            wait_until_it_waits(client.pid)
        client.send_signal(sign)
        forgotten = server.wait_for("DELETE", "/conversation")
        held.release()
        code = client.wait()
        assert b"Traceback" not in client.stderr.read()
        client.stdin.close()
    if sign is signal.SIGINT:
        assert code == 130
    else:
        assert code in (-sign, 128 + sign)
    message = server.sent()[0]
    assert forgotten.conversation == message.conversation
    if waits_for == "an answer":
        assert forgotten.body["pending"] == [message.body["id"]]


def test_ten_thousand_lines_are_answered_in_order_in_bounded_memory(
    pipes: Pipes, server: FakeServer, home: Surroundings
) -> None:
    memory: dict[int, int] = {}

    def reply(text: str) -> list[replies.Message]:
        number = int(text.removeprefix("line "))
        if number in (1_000, 9_999):
            memory[number] = psutil.Process(client.pid).memory_info().rss
        return [replies.said(f"answer {number}")]

    server.reply = reply
    given, out = home.folder / "in.txt", home.folder / "out.jsonl"
    given.write_text("".join(f"line {n}\n" for n in range(10_000)), encoding="utf-8")
    with given.open("rb") as stdin, out.open("wb") as stdout:
        client = subprocess.Popen(
            command("chat", "--json", "--url", server.url),
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=home.variables(),
            cwd=home.folder,
        )
        _, err = client.communicate(timeout=120)
    assert (client.returncode, err) == (0, b"")
    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(one["message"], one["texts"]) for one in told] == [
        (f"line {n}", [f"answer {n}"]) for n in range(10_000)
    ]
    assert server.handled == [f"line {n}" for n in range(10_000)]
    # Of what was said, nothing is kept: a turn of these takes some kilobytes.
    assert memory[9_999] - memory[1_000] < 5_000_000


@pytest.mark.parametrize(
    ("what", "closed", "codes"),
    [
        ("chat", "<&-", {0}),
        ("ask hello", "<&-", {0}),
        # Nobody can see an answer: that may be called a mistake.
        ("ask hello", ">&-", {0, 2}),
    ],
    ids=["no lines", "no input for a question", "no output"],
)
def test_closed_input_and_output_are_borne(
    server: FakeServer, home: Surroundings, what: str, closed: str, codes: set[int]
) -> None:
    line = " ".join(command(*what.split(), "--url", server.url))
    done = subprocess.run(
        ["sh", "-c", f"{line} {closed}"],
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode in codes and b"Traceback" not in done.stderr


def test_a_full_disk_is_told_in_one_line(server: FakeServer, home: Surroundings) -> None:
    done = subprocess.run(
        # No file may grow, as on a full disk.
        ["sh", "-c", f"ulimit -f 0; {' '.join(command('chat', '--url', server.url))} >out"],
        input=b"hello\nhello\n",
        env=home.variables(),
        cwd=home.folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode not in (0, 10) and _is_one_line(done.stderr.decode())
    assert server.forgotten() == [server.sent()[0].conversation]


# Which server.


def _project(home: Surroundings, **announced: object) -> str:
    """Make a project's folder, on which a server runs."""
    project = home.folder / "project"
    (project / "var").mkdir(parents=True, exist_ok=True)
    (project / "config.yml").write_text("", encoding="utf-8")
    (project / "var" / "server.json").write_text(json.dumps(announced), encoding="utf-8")
    return str(project)


def test_the_server_of_the_project_is_found_and_told_who_asks(
    pipes: Pipes, server: FakeServer, home: Surroundings
) -> None:
    project = _project(home, url=server.url, pid=os.getpid(), token="secret-token")
    assert pipes.run(["ask", "hello"], TWITCHWISE_HOME=project).exit_code == 0
    assert server.sent()[0].headers["x-operator-token"] == "secret-token"


def test_the_token_goes_to_no_other_server(
    pipes: Pipes, server: FakeServer, home: Surroundings
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        project = _project(
            home, url=f"http://127.0.0.1:{port}", pid=os.getpid(), token="secret-token"
        )
        for arguments, variables in (
            (["ask", "--url", server.url, "hello"], {}),
            (["ask", "hello"], {"TWITCHWISE_URL": server.url}),
        ):
            done = pipes.run(arguments, TWITCHWISE_HOME=project, **variables)
            assert done.exit_code == 0
    assert len(server.sent()) == 2
    assert not any("x-operator-token" in one.headers for one in server.sent())


def test_no_project_is_needed_where_a_server_is_named(
    pipes: Pipes, server: FakeServer, home: Surroundings
) -> None:
    missing = str(home.folder / "no project")
    assert pipes.ask("hello", TWITCHWISE_HOME=missing).exit_code == 0
    assert pipes.chat("hello\n", TWITCHWISE_HOME=missing).exit_code == 0
    # Nor where it does not answer, and what is urgent has to be told from what is not.
    server.stop()
    done = pipes.chat("my foot is numb\n", TWITCHWISE_HOME=missing)
    assert done.exit_code == 3 and _is_one_line(done.err)
    assert "see a doctor" in done.err.lower()
