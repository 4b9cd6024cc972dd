"""Reading settings. What depends on several of them is asked of a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geoportal.lib import env
from geoportal.lib.database import database_settings
from geoportal.lib.env import SettingError


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> dict[str, env.Declared]:
    """An empty register, so that names made up here are not asked of docs/settings.md."""
    register: dict[str, env.Declared] = {}
    monkeypatch.setattr(env, "DECLARED", register)
    return register


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", True),
        ("yes", True),
        ("True", True),
        (" on ", True),
        ("0", False),
        ("no", False),
        ("FALSE", False),
    ],
)
def test_yes_and_no_have_their_usual_spellings(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], text: str, value: bool
) -> None:
    monkeypatch.setenv("SOME_SETTING", text)
    assert env.boolean("SOME_SETTING", not value) is value


def test_an_empty_value_is_no_value(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared]
) -> None:
    monkeypatch.setenv("SOME_SETTING", "")
    assert env.boolean("SOME_SETTING", True) is True
    assert env.integer("SOME_SETTING", 7) == 7
    assert env.text("SOME_SETTING", "default") == "default"
    assert env.words("SOME_SETTING", ("a",)) == ("a",)


def test_words_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared]
) -> None:
    monkeypatch.setenv("SOME_SETTING", " a.kz, ,b.kz,")
    assert env.words("SOME_SETTING") == ("a.kz", "b.kz")


def test_fingerprints_come_as_people_copy_them(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared]
) -> None:
    plain, colons = "ab" * 32, ":".join(["CD"] * 32)
    monkeypatch.setenv("SOME_SETTING", f"{plain}, {colons}")
    assert env.fingerprints("SOME_SETTING", ()) == (plain, "cd" * 32)
    monkeypatch.setenv("SOME_SETTING", f"{colons}=http://a.kz/?b=c,{plain}=http://d.kz/")
    assert env.by_fingerprint("SOME_SETTING", {}) == {"cd" * 32: "http://a.kz/?b=c", plain: "http://d.kz/"}


@pytest.mark.parametrize("text", ["ab", "zz" * 32, "ab" * 32 + "=", "ab=http://a.kz/"])
def test_what_is_no_fingerprint_is_refused(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], text: str
) -> None:
    monkeypatch.setenv("SOME_SETTING", text)
    with pytest.raises(SettingError, match="SOME_SETTING must be a list of SHA-256"):
        env.fingerprints("SOME_SETTING", ())
    with pytest.raises(SettingError, match="SOME_SETTING must be a list of fingerprint=address"):
        env.by_fingerprint("SOME_SETTING", {})


@pytest.mark.parametrize("read", [env.integer, env.boolean])
def test_a_value_that_cannot_be_read_is_named_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], read: object
) -> None:
    monkeypatch.setenv("SOME_SETTING", "maybe-a-password")
    with pytest.raises(SettingError, match="SOME_SETTING") as caught:
        read("SOME_SETTING", 1)  # type: ignore[operator]
    assert "maybe-a-password" not in str(caught.value)


def test_a_secret_can_be_a_file(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("ключ\n")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))

    assert env.text("SOME_SECRET", secret=True) == "ключ"
    assert declared["SOME_SECRET"].secret


def test_a_value_and_a_file_at_once_are_refused(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], tmp_path: Path
) -> None:
    monkeypatch.setenv("SOME_SECRET", "one")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingError, match="SOME_SECRET and SOME_SECRET_FILE"):
        env.text("SOME_SECRET")


def test_a_file_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, declared: dict[str, env.Declared], tmp_path: Path
) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingError, match="SOME_SECRET_FILE cannot be read"):
        env.text("SOME_SECRET")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@db.kz:5433/map", ("u", "p", "db.kz", "5433", "map", {})),
        ("postgres://db.kz/map", ("", "", "db.kz", "", "map", {})),
        ("postgis://u@localhost/map", ("u", "", "localhost", "", "map", {})),
        ("postgresql://u@/map?host=/run/postgresql", ("u", "", "/run/postgresql", "", "map", {})),
        ("postgresql://u@/map?host=/run/pg&port=5433", ("u", "", "/run/pg", "5433", "map", {})),
        ("postgresql://u:p%40%2F%3A@h/my%20map", ("u", "p@/:", "h", "", "my map", {})),
        ("postgresql://h/map?sslmode=require", ("", "", "h", "", "map", {"sslmode": "require"})),
        ("postgresql://[::1]:5432/map", ("", "", "::1", "5432", "map", {})),
        ("postgresql://u@%2Frun%2Fpg/map", ("u", "", "/run/pg", "", "map", {})),
    ],
)
def test_an_address_of_a_database_is_read_as_libpq_reads_it(
    url: str, expected: tuple[str, str, str, str, str, dict[str, str]]
) -> None:
    found = database_settings(url)

    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/map", "map", "", "postgresql://u:secret@h", "postgresql://u:secret@h:x/map"]
)
def test_what_is_no_address_of_a_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingError, match="DATABASE_URL") as caught:
        database_settings(url)
    assert "secret" not in str(caught.value)


SCRIPT = """
import django; django.setup()
import json, sys
from django.conf import settings
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("show statement_timeout")
    timeout = cursor.fetchone()[0]
print(json.dumps([timeout, settings.SECRET_KEY]))
connection.close_pool()
"""


def asked(**variables: str) -> list[str]:
    # A test of a web process in this one may have set what such a process sets.
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_POOL_SIZE"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**inherited, "DJANGO_SETTINGS_MODULE": "geoportal.settings", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[str] = json.loads(done.stdout)
    return answer


def test_a_web_process_limits_a_statement_and_a_command_does_not(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    file = {"SECRET_KEY_FILE": str(tmp_path / "key")}

    assert asked(DATABASE_POOL_SIZE="1", STATEMENT_TIMEOUT_MS="7000", **file) == ["7s", "from-a-file"]
    assert asked(STATEMENT_TIMEOUT_MS="7000", **file) == ["0", "from-a-file"]
