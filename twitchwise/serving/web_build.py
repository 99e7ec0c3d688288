"""Builds the web page from ``web/`` into ``build/web/`` if and only if its sources changed.

``python -m twitchwise.serving.web_build SCRIPT`` runs a script of ``web/package.json`` with the
same Node, such as ``check`` or ``test``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import built_web_folder, web_folder
from twitchwise.serving.node import Node, find_node
from twitchwise.serving.progress import step

#: Holds the hash of the sources, inside the folder that was built from them.
_MARK = ".built-from"
_PACKAGES = "node_modules"
#: Folders of builds that run, or were killed.
_UNFINISHED = ".web-"
#: npm must run no code of packages and ask for nothing but them. What builds the page is a
#: dependency of development, which NODE_ENV=production would leave out.
_INSTALL = (
    *("ci", "--include=dev", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"),
    # Without a network it gives up in seconds instead of minutes.
    *("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"),
)
_NO_NETWORK = re.compile(
    r"E(?:NOTFOUND|CONN\w+|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NETUNREACH|NOTCACHED)\b"
    r"|ERR_SOCKET_TIMEOUT|network (?:request|timeout|connectivity)|socket hang up"
    r"|CERT_|_CERT|LEAF_SIGNATURE"
)
_PLACE = re.compile(r"\S+:\d+:\d+: ERROR: ")
#: Empty lines, and those of npm that speak of an error and do not say which.
_NOTHING_SAID = re.compile(
    r"^\s*(?:npm error\s*)?$|npm error (?:code|errno|syscall|path)\b|A complete log of this run"
)


def build_if_needed() -> bool:
    """Build the page where its sources changed; return whether it was built.

    Raises:
        TwitchwiseError: the page could not be built; the one built before is still there.
    """
    target = built_web_folder()
    if _built_from(target) == sources_hash(web_folder()):
        return False
    with _alone(target.parent):
        sources = sources_hash(web_folder())
        # Another process may have built it while this one waited.
        if _built_from(target) == sources:
            return False
        _build(find_node(), target, sources)
    return True


def sources_hash(folder: Path) -> str:
    """Return a hash over names and contents of everything that the page is built from.

    Args:
        folder: the folder of the sources.

    Raises:
        TwitchwiseError: it is not there.
    """
    if not (folder / "package-lock.json").is_file():
        raise TwitchwiseError(
            f"The web page has no sources: {folder} is not whole. "
            "Mend: run this from a complete checkout."
        )
    digest = hashlib.sha256()
    for file in sorted(_files(folder)):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def packages_installed(folder: Path) -> bool:
    """Say whether ``node_modules`` holds what the lock names.

    npm writes a lock of its own there, as the last thing: after a killed installation it is
    missing. It leaves out optional packages of other kinds of machine.
    """
    installed = _packages_in(folder / _PACKAGES / ".package-lock.json")
    wanted = _packages_in(folder / "package-lock.json")
    return bool(installed) and all(
        _identity(installed.get(name, {})) == _identity(package)
        for name, package in wanted.items()
        if name and not package.get("optional")
    )


def run_script(name: str) -> int:
    """Run a script of ``web/package.json``; return its exit code.

    Raises:
        TwitchwiseError: there is no Node, or the packages could not be installed.
    """
    target = built_web_folder()
    with _alone(target.parent):
        node = find_node()
        _install_packages(node, _new_log(target))
    finished = subprocess.run(
        [*node.npm, "run", name],
        cwd=web_folder(),
        env=node.environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return finished.returncode


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name != _PACKAGES:
            yield from _files(path)
        elif path.is_file():
            yield path


def _built_from(folder: Path) -> str:
    mark = folder / _MARK
    return mark.read_text(encoding="utf-8").strip() if mark.is_file() else ""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let no other process build or install at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".web.lock").open("w") as lock:
        # Released by the system when the process ends, however it does.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(node: Node, target: Path, sources: str) -> None:
    """Build beside the target and put the whole in its place: there is never half a page."""
    for left in target.parent.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    log = _new_log(target)
    _install_packages(node, log)
    working = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=target.parent))
    try:
        made = working / "new"
        with step("Building the web page"):
            code = _run([str(node.program), "build.mjs", str(made)], node, log)
        if code != 0:
            raise TwitchwiseError(
                f"The web page could not be built: {_reason(log)} Mend: correct the file in web/ "
                f"that it names. The whole output is in {log}."
            )
        (made / _MARK).write_text(f"{sources}\n", encoding="utf-8")
        if target.exists():
            target.rename(working / "old")
        made.rename(target)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _install_packages(node: Node, log: Path) -> None:
    if packages_installed(web_folder()):
        return
    with step("Installing the web page's packages"):
        code = _run([*node.npm, *_INSTALL], node, log)
    if code == 0:
        return
    if _NO_NETWORK.search(log.read_text(encoding="utf-8", errors="replace")):
        raise TwitchwiseError(
            "The web page's packages could not be fetched: the npm registry cannot be reached. "
            "Mend: check the network or proxy (npm_config_registry names another registry), then "
            f"run the same command again. The whole output is in {log}."
        )
    raise TwitchwiseError(
        f"The web page's packages could not be installed: {_reason(log)} Mend: see "
        f"the whole output in {log}; where web/package-lock.json is to blame, restore it."
    )


def _new_log(target: Path) -> Path:
    log = target.parent / "logs" / "web.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("", encoding="utf-8")
    return log


def _run(command: Sequence[str], node: Node, log: Path) -> int:
    with log.open("ab") as output:
        finished = subprocess.run(
            command,
            cwd=web_folder(),
            env=node.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return finished.returncode


def _reason(log: Path) -> str:
    """Return the line of the output that says most, as a sentence."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines() if not _NOTHING_SAID.search(line)]
    errors = [line for line in lines if re.search(r"\berror\b|Error:", line, re.IGNORECASE)]
    # esbuild says it twice, and only once with the place in the same line.
    placed = [line for line in errors if _PLACE.match(line)]
    reason = [*placed, *errors, *reversed(lines), "no output"][0].removeprefix("npm error ")
    return reason[:300].rstrip(".") + "."


def _packages_in(lock: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return packages if isinstance(packages, dict) else {}


def _identity(package: Mapping[str, Any]) -> tuple[Any, Any]:
    return package.get("version"), package.get("integrity")


def main(arguments: Sequence[str]) -> int:
    """Run a script of the page; return the exit code."""
    if len(arguments) != 1:
        print("error: name one script of web/package.json", file=sys.stderr)
        return 2
    try:
        return run_script(arguments[0])
    except TwitchwiseError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
