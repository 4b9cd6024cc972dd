"""The ``geoportal`` command as a person meets it: what it can do, and one line when it cannot."""

import os
import re
import subprocess
import sys

import pytest
from django.core.management import ManagementUtility

from geoportal import cli
from geoportal.bootstrap.places import REPOSITORY

ELSEWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def geoportal(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "geoportal", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": ELSEWHERE, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_verb_our_own_are_listed_with_a_sentence_each() -> None:
    answer = geoportal()
    assert answer.returncode == 0
    assert re.search(r"^  prepare +\w.*\.$", answer.stdout, re.MULTILINE)
    assert re.search(r"^  load_layer +\w.*\.$", answer.stdout, re.MULTILINE)


def test_a_database_that_does_not_answer_is_one_line() -> None:
    answer = geoportal("migrate")
    assert answer.returncode == 1
    assert re.fullmatch(r"geoportal migrate: .*Connection refused.*\n", answer.stderr)


def test_a_setting_that_cannot_be_used_is_one_line_that_names_it() -> None:
    answer = geoportal("check", DEBUG="perhaps")
    assert (answer.returncode, answer.stderr) == (1, "geoportal check: DEBUG must be yes or no\n")


def test_the_whole_story_is_told_when_asked_for() -> None:
    answer = geoportal("migrate", "--traceback")
    assert answer.returncode == 1
    assert "Traceback" in answer.stderr


def test_an_unknown_verb_fails() -> None:
    assert geoportal("nonsense").returncode == 1


def test_help_needs_no_database() -> None:
    answer = geoportal("prepare", "--help")
    assert answer.returncode == 0
    assert "--files-only" in answer.stdout


def test_an_interrupted_command_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: ManagementUtility) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("DATABASE_URL", ELSEWHERE)
    monkeypatch.setattr(ManagementUtility, "execute", interrupt)
    assert cli.main(["migrate"]) == 130
