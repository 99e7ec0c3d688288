"""Where there is no browser: told in one line, and in CI a failure."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from twitchwise.paths import code_root

SCRIPT = code_root() / "scripts" / "chromium"


def run(path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments],
        env={"PATH": str(path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH on which one is nobody special, and there is no browser."""
    _program(tmp_path, "id", "echo 1000")
    return tmp_path


def _program(folder: Path, name: str, line: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_is_found(programs: Path, name: str) -> None:
    _program(programs, name, "")
    for arguments in ([], ["--print"]):
        found = run(programs, *arguments)
        assert (found.returncode, found.stdout) == (0, f"{programs / name}\n")


def test_without_one_a_line_says_what_to_do(programs: Path) -> None:
    at_home, in_ci = run(programs), run(programs, CI="true")
    assert at_home.returncode == 0
    assert in_ci.returncode == 1
    for told in (at_home, in_ci):
        assert len(told.stderr.splitlines()) == 1
        assert "Install your system's chromium package" in told.stderr
    assert run(programs, "--print").returncode == 1


def test_root_has_it_installed(programs: Path) -> None:
    _program(programs, "id", "echo 0")
    browser = programs / "chromium"
    _program(
        programs,
        "apt-get",
        f'[ "$1" = update ] || {{ echo "#!/bin/sh" >{browser}; /bin/chmod +x {browser}; }}',
    )
    assert run(programs, CI="true").returncode == 0
    assert browser.exists()


def test_an_installation_that_fails_is_told(programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _program(programs, "apt-get", "exit 100")
    told = run(programs, CI="true")
    assert told.returncode == 1
    assert "apt-get could not install it" in told.stderr
