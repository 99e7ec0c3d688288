"""Settings: the file, the variables that win over it, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from twitchwise.errors import TwitchwiseError
from twitchwise.paths import HOME_VARIABLE, faq_folder, models_folder, project_root, spacy_folder
from twitchwise.settings import Settings, read_settings, settings


def made(**given: object) -> Settings:
    """Return settings; what is not given has its default."""
    return Settings.parse_obj(given)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__fields__:
        monkeypatch.delenv(f"TWITCHWISE_{name.upper()}", raising=False)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", ["", "# nothing set\n", "{}\n"])
def test_without_settings_there_are_defaults(tmp_path: Path, text: str) -> None:
    assert read_settings(write(tmp_path, text)) == made()
    assert read_settings(tmp_path / "missing.yml") == made()


def test_defaults_are_private_and_complete() -> None:
    defaults = made()
    assert defaults.host == "127.0.0.1"
    assert "112" in defaults.emergency_number
    assert defaults.tracker_store_url == ""


def test_the_projects_file_sets_everything(root: Path) -> None:
    given = yaml.safe_load((root / "settings.yml").read_text(encoding="utf-8"))
    assert set(given) == set(Settings.__fields__)
    assert read_settings(root / "settings.yml") == made(**given)


def test_a_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "turn_seconds: 3\nhost: 0.0.0.0\n")
    monkeypatch.setenv("TWITCHWISE_TURN_SECONDS", "4.5")
    found = read_settings(path)
    assert (found.turn_seconds, found.host) == (4.5, "0.0.0.0")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("turn_second: 3\n", "turn_second"),
        ("turn_seconds: soon\n", "turn_seconds"),
        ("turn_seconds: 0\n", "turn_seconds"),
        ("largest_message: -1\n", "largest_message"),
        ("host: [a, b]\n", "host"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(TwitchwiseError) as raised:
        read_settings(write(tmp_path, text))
    message = str(raised.value)
    assert message.startswith(f"settings.yml: the setting '{key}' is wrong: ")
    assert f"TWITCHWISE_{key.upper()}" in message
    assert "Mend: " in message
    assert "\n" not in message


def test_a_wrong_variable_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWITCHWISE_LARGEST_MESSAGE", "many")
    with pytest.raises(TwitchwiseError, match="'largest_message' is wrong") as raised:
        read_settings(write(tmp_path, ""))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["- host\n", "just words\n", "a: [\n", "a: b: c\n", "1: 2\n"])
def test_a_file_that_is_no_list_of_settings(tmp_path: Path, text: str) -> None:
    with pytest.raises(TwitchwiseError) as raised:
        read_settings(write(tmp_path, text))
    assert str(raised.value).startswith("settings.yml is no list of settings. Mend: ")
    assert "\n" not in str(raised.value)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "settings.yml"
    path.write_bytes("emergency_number: num\u00e9ro 112\n".encode("latin-1"))
    with pytest.raises(TwitchwiseError, match=r"settings\.yml"):
        read_settings(path)


def test_where_conversations_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    kept = made(tracker_store_path=Path("var/x.sqlite3"))
    assert kept.database_url() == f"sqlite:///{tmp_path.resolve()}/var/x.sqlite3"
    elsewhere = made(tracker_store_path=Path("/elsewhere/x.sqlite3"))
    assert elsewhere.database_url() == "sqlite:////elsewhere/x.sqlite3"
    url = "postgresql://somebody@database/twitchwise"
    assert made(tracker_store_url=url).database_url() == url


@pytest.mark.usefixtures("fresh_settings")
def test_settings_are_read_once_from_the_projects_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "turn_seconds: 7\n")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    first = settings()
    write(tmp_path, "turn_seconds: 8\n")
    assert settings() is first
    assert first.turn_seconds == 7
    settings.cache_clear()
    assert settings().turn_seconds == 8


def test_folders_follow_the_home(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    assert project_root() == root
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    home = tmp_path.resolve()
    assert project_root() == home
    assert faq_folder() == home / "data" / "faq"
    assert {models_folder().parent, spacy_folder().parent.parent} == {home}


@pytest.mark.parametrize(
    "address",
    [
        "bot.clinic.example",
        "https://ann:secret@bot.clinic.example",
        "https://bot.clinic.example/?x",
        "https://bot.clinic.example/#x",
        "https://bot.clinic.example/webhooks",
        "https://bot.clinic.example/webhooks/telegram/webhook",
    ],
)
def test_a_public_address_that_platforms_could_not_call(tmp_path: Path, address: str) -> None:
    with pytest.raises(TwitchwiseError, match=r"'public_url' is wrong: .*Mend: "):
        read_settings(write(tmp_path, f"public_url: '{address}'\n"))


@pytest.mark.parametrize("address", ["", "https://bot.clinic.example/bot/", "http://10.0.0.7:5005"])
def test_public_addresses(tmp_path: Path, address: str) -> None:
    assert read_settings(write(tmp_path, f"public_url: '{address}'\n")).public_url == address
