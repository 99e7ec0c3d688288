"""Records a real conversation in a terminal: ``python -m evaluation.terminal_session``.

Somebody types under tmux. The text goes into the README, the part about a numb foot as a picture
to ``docs/images/terminal.png``. It needs tmux and Chromium.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.padding import Padding
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from benchmarks.bots import COMMANDS
from benchmarks.machine import chromium
from evaluation.bot import running_bot
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import code_root
from twitchwise.terminal.options import URL_VARIABLE

README = code_root() / "README.md"
#: What stands before the recorded text in it.
MARK = "<!-- Recorded by `python -m evaluation.terminal_session`. Do not edit. -->\n```text\n"
PICTURE = code_root() / "docs" / "images" / "terminal.png"
COMMAND = "twitchwise chat"
#: What is typed, and what must have come before the next line is.
SESSION = (
    ("wat vitamin for foot twiching", "vitamin B12"),
    ("1", "stretch it"),
    ("and which foods have it?", "oily fish"),
    ("can dehydration cause leg twitching", "electrolytes"),
    ("my foot is numb", "SEE A DOCTOR"),
    ("/sources", "Last checked on"),
    ("/hlep", "Did you mean /help?"),
)
#: The lines of SESSION that the picture shows, with what came.
FIRST_IN_PICTURE, LAST_IN_PICTURE = (
    "can dehydration cause leg twitching",
    "my foot is numb",
)

_COLUMNS, _ROWS = 84, 44
_SHELL_PROMPT = "$"
_PROMPT = "You:"
_KEY_SECONDS = 0.03
_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 60.0
#: DejaVu comes with what scripts/chromium installs.
_FONT = "'DejaVu Sans Mono', monospace"
#: Width of a letter to height.
_FONT_ASPECT = 0.602
#: rich draws letters of 20 pixels, in lines so high that frames have gaps.
_FONT_SIZE = 21.5
_PICTURE_WIDTH = 900
#: Enough for a terminal, and a quarter of the bytes.
_COLORS = 96


@dataclass(frozen=True)
class Recorded:
    """A conversation as it stood in the terminal.

    Attributes:
        text: all of it.
        picture: a part of it, with its colours.
    """

    text: str
    picture: Text


class Terminal:
    """A terminal of tmux that somebody types in."""

    def __init__(self, tmux: str, folder: Path, url: str) -> None:
        """Open it, with a shell in it.

        Args:
            tmux: the program.
            folder: of the person; tmux keeps its socket there, too.
            url: the server that the client is to talk to.

        Raises:
            TwitchwiseError: it does not start.
        """
        settings = folder / "tmux.conf"
        settings.write_text(
            "set -g status off\n"
            "set -g default-terminal xterm-256color\n"
            "set -g history-limit 10000\n",
            encoding="utf-8",
        )
        start_up = folder / "shrc"
        start_up.write_text(f"PS1='{_SHELL_PROMPT} '\n", encoding="utf-8")
        self._command = [tmux, "-L", "twitchwise-session", "-f", str(settings)]
        # Nothing of this machine's own, but what programs are found by.
        self._variables = {
            "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "TMUX_TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "ENV": str(start_up),
            URL_VARIABLE: url,
        }
        size = ["-x", str(_COLUMNS), "-y", str(_ROWS)]
        self._tmux("new-session", "-d", *size, "-c", str(folder), "sh")

    def type(self, line: str) -> None:
        """Press the keys of a line as a person does, and Enter."""
        for key in line:
            self._tmux("send-keys", "-l", key)
            time.sleep(_KEY_SECONDS)
        self.wait(lambda: self.last_line().endswith(line), f"{line!r} to be typed")
        self._tmux("send-keys", "Enter")

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something to be there.

        Raises:
            TwitchwiseError: it did not come.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise TwitchwiseError(f"Waited in vain for {what}; on the screen:\n{self.text()}")
            time.sleep(_LOOK_SECONDS)

    def text(self) -> str:
        """Return everything on the screen and above it, without blanks at the ends of lines."""
        lines = self._tmux("capture-pane", "-p", "-S", "-").splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip("\n")

    def last_line(self) -> str:
        """Return the last line that is not empty."""
        return self.text().rpartition("\n")[2]

    def coloured(self) -> Text:
        """Return the same as :meth:`text` with its colours."""
        return Text.from_ansi(self._tmux("capture-pane", "-p", "-e", "-S", "-"))

    def close(self) -> None:
        """End the terminal with all that runs in it."""
        # A shell that has ended takes tmux with it.
        with contextlib.suppress(TwitchwiseError):
            self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise TwitchwiseError(f"tmux {arguments[0]}: {done.stderr.strip()}")
        return done.stdout


def record(terminal: Terminal) -> Recorded:
    """Lead the conversation.

    Raises:
        TwitchwiseError: something did not come.
    """
    picture = Text()
    terminal.wait(lambda: terminal.last_line() == _SHELL_PROMPT, "the shell")
    terminal.type(COMMAND)
    _wait_for_reply(terminal, COMMAND, "/quit to leave")
    for line, then in SESSION:
        terminal.type(line)
        _wait_for_reply(terminal, line, then)
        if line == LAST_IN_PICTURE:
            picture = _from_line(terminal.coloured(), f"{_PROMPT} {FIRST_IN_PICTURE}")
    terminal.type("/quit")
    terminal.wait(lambda: terminal.last_line() == _SHELL_PROMPT, "the end")
    return Recorded(terminal.text().removesuffix(_SHELL_PROMPT).rstrip("\n"), picture)


def _wait_for_reply(terminal: Terminal, line: str, then: str) -> None:
    """Wait until a text has come after a line, and the next prompt."""

    def has_come() -> bool:
        came = terminal.text().rpartition(f" {line}\n")[2]
        return then in " ".join(came.split()) and came.endswith(f"\n{_PROMPT}")

    terminal.wait(has_come, f"{then!r} and a prompt")


def _from_line(text: Text, first: str) -> Text:
    """Return what stands from a line on, without empty lines at the end."""
    lines = list(text.split("\n"))
    at = max(number for number, line in enumerate(lines) if line.plain.rstrip() == first)
    shown = Text("\n").join(lines[at:])
    shown.rstrip()
    return shown


def draw(text: Text, program: str, path: Path) -> None:
    """Draw a terminal with a text in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(offline=True).new_page()
        page.set_content(_window(text))
        page.locator("svg").screenshot(path=path)
        browser.close()
    with Image.open(path) as picture:
        # The usual method gives few and large areas, such as a yellow dot, no colour of their own.
        small = picture.convert("RGB").quantize(_COLORS, Image.Quantize.MAXCOVERAGE)
    small.save(path, optimize=True)


def _window(text: Text) -> str:
    """Return a page with a terminal's window on it."""
    margin = 1
    console = Console(record=True, width=_COLUMNS + 2 * margin, file=StringIO(), highlight=False)
    console.print(Padding(text, margin))
    svg = console.export_svg(title=COMMAND, font_aspect_ratio=_FONT_SIZE * _FONT_ASPECT / 20)
    # rich's font would come from the internet; and ours is to be so large that frames join, which
    # no line may cut off.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: (Fira Code|arial)[^;]*;", f"font-family: {_FONT};", svg)
    svg = svg.replace("font-size: 20px", f"font-size: {_FONT_SIZE}px")
    svg = re.sub(r' clip-path="url\(#[\w-]+-line-\d+\)"', "", svg)
    background = SVG_EXPORT_THEME.background_color.hex
    return (
        f"<style>body {{ margin: 0; background: {background} }} "
        f"svg {{ display: block; width: {_PICTURE_WIDTH}px }}</style>{svg}"
    )


def _tmux() -> str:
    found = shutil.which("tmux")
    if found is None:
        raise TwitchwiseError("There is no tmux. Mend: install your system's package tmux.")
    return found


def _chromium() -> str:
    found = chromium()
    if found is None:
        raise TwitchwiseError("There is no Chromium. Mend: install your system's package chromium.")
    return found


@contextlib.contextmanager
def _opened_terminal(tmux: str) -> Iterator[Terminal]:
    with (
        tempfile.TemporaryDirectory(prefix="twitchwise-session-") as folder,
        running_bot(Path(folder) / "bot") as bot,
        contextlib.closing(Terminal(tmux, Path(folder), bot.url)) as terminal,
    ):
        yield terminal


def with_session(readme: str, session: str) -> str:
    """Return the README with another session in it.

    Raises:
        TwitchwiseError: it has no place for one.
    """
    before, mark, after = readme.partition(MARK)
    _, fence, rest = after.partition("\n```\n")
    if not mark or not fence:
        raise TwitchwiseError(f"README.md has no place for the session. Mend: put {MARK!r} there.")
    return f"{before}{mark}{session}{fence}{rest}"


def main() -> int:
    """Write the text and the picture; return the exit code."""
    try:
        tmux, program = _tmux(), _chromium()
        with _opened_terminal(tmux) as terminal:
            recorded = record(terminal)
        README.write_text(with_session(README.read_text("utf-8"), recorded.text), encoding="utf-8")
        draw(recorded.picture, program, PICTURE)
    except (TwitchwiseError, RuntimeError) as error:
        print(f"terminal session: {error}", file=sys.stderr)
        return 1
    for path in (README, PICTURE):
        print(path.relative_to(code_root()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
