"""What a person sees on a terminal that can do more than print lines."""

from __future__ import annotations

import contextlib
import sys
import termios
from collections.abc import Callable, Iterator, Sequence

from rich.box import HEAVY
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.text import Text

from twitchwise.terminal.contract import LABELS, Button, Said, Turn
from twitchwise.terminal.markdown import message_markdown
from twitchwise.terminal.timing import after
from twitchwise.terminal.view import choice_line

#: Longer lines are hard to read.
_WIDEST = 96
#: Below so many columns a frame takes more room than it is worth.
_NARROWEST_FRAME = 40
#: A reply that comes sooner needs no sign that it is on its way.
_PATIENCE_SECONDS = 0.4
_URGENT_STYLES = {"emergency": "bold red", "escalation": "bold yellow"}
#: What the web page heads these messages with, too.
_HEADINGS = {
    "conditional": "When to see a doctor",
    "advice": "When to see a doctor",
    "reminder": "Good to know",
}


class RichView:
    """Shows Markdown, frames and colours; never a colour alone."""

    def __init__(self, console: Console | None = None) -> None:
        """Take where to print; a console of its own reads nothing out of texts."""
        self._console = console or Console(markup=False, emoji=False, highlight=False)

    def say(self, line: str) -> None:
        """Print a line."""
        self._print(Text(line))

    def heading(self, line: str) -> None:
        """Print it in bold."""
        self._print(Text(line, style="bold"))

    def chosen(self, title: str) -> None:
        """Print what a number stood for."""
        self._print(Text(f"→ {title}", style="cyan"))

    def choices(self, buttons: Sequence[Button]) -> None:
        """Print each with its number."""
        for number, button in enumerate(buttons, start=1):
            self._print(_choice(number, button))

    def urgent(self, kind: str, text: str) -> None:
        """Print it in a frame that has the word in it."""
        self._print(self._framed(kind, _first_line_bold(text)))

    def turn(self, turn: Turn) -> None:
        """Print all of it, the disclaimer dimmed at the end."""
        answers = sum(said.answer is not None for said in turn.parts())
        number = 0
        self._print(Text(""))
        for said, choices, links in turn.numbered_parts():
            if said.answer is not None:
                number += 1
                if answers > 1:
                    self.heading(f"Answer {number} of {answers}")
            self._print(self._message(said))
            if choices or links:
                self._print(Text(""))
            for link in links:
                self._print(Text.assemble((f"{link.title}: ", "bold"), link.url or ""))
            for at, button in choices:
                self._print(_choice(at, button))
            self._print(Text(""))
        self._print(Text(turn.disclaimer, style="dim"))
        self._print(Text(""))

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Show a sign where it takes a while; what is typed meanwhile appears at the prompt."""
        sign = self._console.status("One moment", spinner=self._spinner())
        try:
            with _without_echo(), after(_PATIENCE_SECONDS, sign.start):
                yield
        finally:
            sign.stop()

    @contextlib.contextmanager
    def starting(self) -> Iterator[Callable[[str], None]]:
        """Show the last step with the time that all of them take, until it is over."""
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn(self._spinner()), TextColumn("{task.description}", markup=False)
        progress = Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        with _without_echo(), progress as shown:
            task = shown.add_task("Starting a server for this conversation …", total=None)
            yield lambda line: shown.update(task, description=line)

    def _spinner(self) -> str:
        return "dots" if self._console.encoding.startswith("utf") else "line"

    def _message(self, said: Said) -> RenderableType:
        # Reading Markdown takes time to load; the prompt does not wait for it.
        from rich.console import Group
        from rich.markdown import Markdown

        if said.kind in LABELS:
            return self._framed(said.kind, _first_line_bold(said.text))
        shown = Markdown(message_markdown(said), hyperlinks=False)
        heading = _HEADINGS.get(said.kind)
        return Group(Text(heading, style="bold"), shown) if heading else shown

    def _framed(self, kind: str, text: Text) -> RenderableType:
        label, style = LABELS[kind], _URGENT_STYLES[kind]
        if self._console.width < _NARROWEST_FRAME:
            return Text.assemble((label, style), "\n", text)
        return Panel(
            text,
            box=HEAVY,
            title=Text(label, style=style),
            title_align="left",
            border_style=style,
            padding=(0, 1),
        )

    def _print(self, shown: RenderableType) -> None:
        self._console.print(shown, width=min(self._console.width, _WIDEST))


def _choice(number: int, button: Button) -> Text:
    line = Text(choice_line(number, button))
    line.stylize("bold cyan", 0, len(f"[{number}]"))
    return line


def _first_line_bold(text: str) -> Text:
    first, newline, rest = text.partition("\n")
    return Text.assemble((first, "bold"), newline + rest)


@contextlib.contextmanager
def _without_echo() -> Iterator[None]:
    """Let the terminal keep what is typed for the prompt, and not print it."""
    try:
        before = termios.tcgetattr(sys.stdin)
    except (termios.error, OSError, ValueError):
        yield
        return
    silent = list(before)
    # Key by key: a Ctrl-D that ends a line of the terminal's own would come as a NUL later.
    silent[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(sys.stdin, termios.TCSANOW, silent)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSANOW, before)
