"""A person at a terminal: keys go in, and what stands on the screen comes out."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pexpect
import pyte

from tests.terminal.program import wait_until_it_waits

#: How long a test waits for what has to come; only reached where something is broken.
PATIENCE_SECONDS = 20
PROMPT = "You: "
_HISTORY_LINES = 5_000
#: How text that is faint, and text that is not any more, is announced.
_FAINT, _NORMAL_INTENSITY = 2, 22


class _Emulator(pyte.HistoryScreen):
    """A terminal that also answers, and knows faint text.

    pyte has no faint cells. Nothing that we show blinks, so a cell that blinks here is a faint one.
    """

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        self._answer = answer
        self.bells = 0
        super().__init__(columns, rows, history=_HISTORY_LINES, ratio=0.5)

    def write_process_input(self, data: str) -> None:
        """Send what a terminal reports (where the cursor is) to the program."""
        self._answer(data)

    def bell(self, *_: Any) -> None:
        """Count bells."""
        self.bells += 1

    def select_graphic_rendition(self, *attrs: int, **kwargs: Any) -> None:
        """Set colours and the like; private sequences (which pyte does not know) set none."""
        if kwargs:
            return
        super().select_graphic_rendition(*attrs)
        for attr in attrs or (0,):
            if attr == _FAINT:
                self.cursor.attrs = self.cursor.attrs._replace(blink=True)
            elif attr == _NORMAL_INTENSITY:
                self.cursor.attrs = self.cursor.attrs._replace(blink=False)


class Person:
    """Somebody who runs the client in a terminal."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        variables: dict[str, str],
        columns: int = 100,
        rows: int = 40,
    ) -> None:
        self._change = threading.Condition()
        self._raw = bytearray()
        self._is_over = False
        self._emulator = _Emulator(columns, rows, self.type)
        self._stream = pyte.ByteStream(self._emulator)
        self._child = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(folder),
            env=variables,
            dimensions=(rows, columns),
            # Whatever a person's mask is, private files have to be private.
            preexec_fn=lambda: os.umask(0),
        )
        # A window cannot be closed while somebody reads from it.
        self._enough, self._say_enough = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # What a person does.

    def type(self, text: str | bytes) -> None:
        """Press keys."""
        with contextlib.suppress(OSError):
            raw = text.encode() if isinstance(text, str) else text
            os.write(self._child.child_fd, raw)

    def enter(self) -> None:
        """Press Enter."""
        self.type("\r")

    def press(self, letter: str) -> None:
        """Press Ctrl and a letter."""
        self.type(chr(ord(letter.upper()) & 0x1F))

    def tab(self) -> None:
        """Press Tab."""
        self.type("\t")

    def up(self) -> None:
        """Press the key with the arrow that points up."""
        self.type("\x1b[A")

    def paste(self, *lines: str) -> None:
        """Paste lines, as terminals hand them to programs that asked to be told."""
        assert "\x1b[?2004h" in self.raw(), "the program takes pasted lines for typed ones"
        self.type("\x1b[200~" + "\r".join(lines) + "\x1b[201~")

    def say(self, text: str) -> str:
        """Type a line at the prompt, send it, and wait for the next prompt; return what came."""
        self.wait_for_prompt()
        self.type(text)
        self.wait_until(lambda: self.line().endswith(text[-10:]), f"{text!r} to be typed")
        self.enter()
        # The line just sent is no empty prompt, so this is the next one.
        self.wait_for_prompt()
        return self.text().rpartition(f"{PROMPT}{text}\n")[2]

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        with self._change:
            self._emulator.resize(rows, columns)
            self._child.setwinsize(rows, columns)

    def close_window(self) -> None:
        """Close the window with the program in it."""
        self._stop_reading()
        self._child.ptyproc.fileobj.close()

    def kill(self, sign: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self._child.pid, sign)

    # What a person waits for.

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something on the screen."""
        with self._change:
            self._change.wait_for(lambda: condition() or self._is_over, PATIENCE_SECONDS)
            assert condition(), f"waited for {what}; the screen:\n{self.text()}"

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait for a text, wherever its line ends."""
        self.wait_until(lambda: self.count(text) >= times, repr(text))

    def wait_for_prompt(self, line: str = "") -> None:
        """Wait for the prompt, with this on its line."""
        self.wait_until(lambda: self.line() == (PROMPT + line), f"the prompt with {line!r}")
        wait_until_it_waits(self._child.pid)

    def exit_code(self) -> int:
        """Wait for the end; return the exit code, or the signal's number below zero."""
        self._reader.join(PATIENCE_SECONDS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._child.isalive():
            assert time.monotonic() < deadline, f"still running; the screen:\n{self.text()}"
            time.sleep(0.01)
        if self._child.signalstatus is not None:
            return -int(self._child.signalstatus)
        return int(self._child.exitstatus)

    # What a person sees.

    def text(self) -> str:
        """Return everything on the screen and above it."""
        with self._change:
            return "\n".join(self._rendered(row).rstrip() for row in self._rows()).rstrip("\n")

    def line(self) -> str:
        """Return the line that the cursor is in, up to the cursor."""
        with self._change:
            cursor = self._emulator.cursor
            row = self._emulator.buffer[cursor.y]
            return "".join(row[column].data for column in range(cursor.x))

    def count(self, text: str) -> int:
        """Return how often a text is there, wherever its lines end."""
        return _words(self.text()).count(_words(text))

    def raw(self) -> str:
        """Return all that the program wrote."""
        with self._change:
            return self._raw.decode("utf-8", "replace")

    def looks(self, text: str) -> set[Any]:
        """Return how the letters of a text (its last occurrence in a line) look."""
        with self._change:
            for row in reversed(self._rows()):
                at = self._rendered(row).rfind(text)
                if at >= 0:
                    cells = [row[column] for column in range(at, at + len(text))]
                    return {cell._replace(data="") for cell in cells if cell.data.strip()}
        raise AssertionError(f"no {text!r} in a line of the screen:\n{self.text()}")

    def is_faint(self, text: str) -> bool:
        """Say whether all of a text is faint."""
        return all(look.blink for look in self.looks(text))

    def colours(self) -> set[str]:
        """Return all colours on the screen but the usual ones."""
        with self._change:
            cells = [row[column] for row in self._rows() for column in list(row)]
        return {colour for cell in cells for colour in (cell.fg, cell.bg)} - {"default"}

    @property
    def title(self) -> str:
        """What the program made the window's title."""
        return str(self._emulator.title)

    @property
    def bells(self) -> int:
        """How often it rang."""
        return self._emulator.bells

    def close(self) -> None:
        """End the program if it is still there."""
        if self._child.isalive():
            self._child.kill(signal.SIGKILL)
            self._child.wait()
        self._stop_reading()
        self._child.ptyproc.fileobj.close()
        os.close(self._enough)
        os.close(self._say_enough)

    # The machinery.

    def _stop_reading(self) -> None:
        os.write(self._say_enough, b"!")
        self._reader.join(PATIENCE_SECONDS)

    def _read(self) -> None:
        terminal = self._child.child_fd
        try:
            while self._enough not in select.select([terminal, self._enough], [], [])[0]:
                data = os.read(terminal, 65_536)
                with self._change:
                    self._raw += data
                    self._stream.feed(data)
                    self._change.notify_all()
        except OSError as error:
            # What a terminal says when no program is there any more.
            assert error.errno == errno.EIO
        finally:
            with self._change:
                self._is_over = True
                self._change.notify_all()

    def _rows(self) -> list[Any]:
        screen = self._emulator
        return [*screen.history.top, *(screen.buffer[y] for y in range(screen.lines))]

    def _rendered(self, row: Any) -> str:
        # The second cell of a wide letter is empty.
        return "".join(row[column].data for column in range(max(row, default=0) + 1))


def _words(text: str) -> str:
    """Return a text without what lines do to it: ends, blanks, and frames."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "│┃║|")
