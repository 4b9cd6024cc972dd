"""``geoportal verify``: a receipt offline, another's log, the own database; and what a shell learns of it."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from geoportal import cli
from geoportal.bootstrap.places import REPOSITORY
from geoportal.log.sequence import sequence
from geoportal.verification import findings, receipts
from ingest.models import Submission
from ingest.receipt.packing import pack, unpack
from tests.ingest.receipt.receipts import LOG, anchors_of, files_of, signed
from tests.ingest.signed import asked, citizen, handed_in, now

KEY = str(LOG.verifier)


@pytest.fixture(autouse=True)
def _trust(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOG_KEY_DIR = tmp_path / "log"
    monkeypatch.setattr(receipts, "known_anchors", lambda: anchors_of("rsa", "gost"))


def run(*arguments: object) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


# A receipt.


@pytest.mark.parametrize("algorithm", ["rsa", "gost"])
def test_a_valid_receipt_is_exit_0(algorithm: str, tmp_path: Path) -> None:
    path = tmp_path / "receipt.zip"
    path.write_bytes(pack(files_of(signed(algorithm))))
    code, said, _ = run(path, "--log-key", KEY)
    assert (code, said.splitlines()[-1]) == (
        *(0, "The receipt is valid: everything was checked, and everything holds."),
    )


def test_a_flipped_bit_is_exit_1_and_named(tmp_path: Path) -> None:
    data = bytearray(pack(files_of(signed("rsa"))))
    data[data.index("шұңқыр".encode())] ^= 4
    (tmp_path / "receipt.zip").write_bytes(data)
    code, said, _ = run(tmp_path / "receipt.zip", "--log-key", KEY)
    assert code == 1
    assert "✗" in said
    assert "statement.txt" in said


def test_what_cannot_be_checked_here_is_exit_3_and_said(tmp_path: Path) -> None:
    (tmp_path / "receipt.zip").write_bytes(pack(files_of(signed("rsa"))))
    code, said, _ = run(tmp_path / "receipt.zip")
    assert code == 3
    assert "pass --log-key" in said


def test_an_unpacked_receipt_is_checked_too(tmp_path: Path) -> None:
    for name, content in files_of(signed("rsa")).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert run(tmp_path, "--log-key", KEY)[0] == 0
    (tmp_path / "record.json").write_bytes((tmp_path / "record.json").read_bytes() + b" ")
    code, said, _ = run(tmp_path, "--log-key", KEY)
    assert (code, "record.json" in said) == (1, True)


def test_a_path_and_a_key_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "none.zip")
    with pytest.raises(CommandError, match="--log-key is not a key of a log"):
        run(tmp_path, "--log-key", "nonsense")


@pytest.mark.parametrize("arguments", [["verify", "receipt.zip"], ["verify", "--log", "https://x/log/"]])
def test_receipts_and_logs_of_others_need_no_database(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[object] = []
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(cli, "private_database", lambda: asked_for.append("database"))
    monkeypatch.setattr(cli, "_execute", lambda given: 0)
    assert cli.main(arguments) == 0
    assert asked_for == []


def test_the_program_itself_speaks_the_terminals_language_without_a_database(tmp_path: Path) -> None:
    (tmp_path / "receipt.zip").write_bytes(pack(files_of(signed("rsa")))[:-1])
    done = subprocess.run(
        [sys.executable, "-m", "geoportal", "verify", str(tmp_path / "receipt.zip")],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
            "LC_ALL": "kk_KZ.UTF-8",
            "DEMO_AUTHORITY_DIR": str(tmp_path / "demo"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("Түбіртек жарамсыз.\n")
    assert not (tmp_path / "demo").exists()


# The database.


@pytest.fixture
def submission(world: None) -> Submission:
    found = handed_in(asked(citizen()))
    sequence(now=now())
    return found


@pytest.mark.django_db
def test_a_database_as_it_was_logged_is_exit_0(submission: Submission) -> None:
    code, said, complaints = run("--database")
    assert (code, complaints) == (0, "")
    assert said.splitlines()[-1] == "All is as it was logged."
    assert said.startswith("1 entries, 1 rows, 1 heads")


@pytest.mark.django_db
def test_one_edited_row_is_exit_1_and_one_line_that_names_it(submission: Submission) -> None:
    with connection.cursor() as cursor:
        # Whoever owns the table can switch its triggers off.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ingest_submission DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE ingest_submission SET received_at = received_at - interval '1 day' WHERE id = %s",
            [submission.pk],
        )
    code, said, complaints = run("--database")
    assert code == 1
    assert complaints.splitlines() == [
        f"edited: ingest.submission {submission.pk} (entry 0): edited: it is not as it was logged"
    ]
    assert said.splitlines()[-1] == "1 is not as logged."


def test_every_fault_has_its_words() -> None:
    assert set(findings.FAULTS) == set(findings.Fault)


# The log of others.


class OverClient:
    """The portal's own addresses, without a server."""

    def get(self, path: str, most: int) -> bytes:
        answer = Client().get(f"/log/{path}")
        assert answer.status_code == 200
        return bytes(answer.content)


@pytest.mark.django_db
def test_a_log_is_followed_from_what_was_seen_before(
    submission: Submission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geoportal.log.follow.HttpSource", lambda url: OverClient())
    state = tmp_path / "seen.json"
    code, said, _ = run("--log", "https://map.example.kz/log/", "--state", state)
    assert code == 0
    assert "1 entries, root " in said
    assert "Seen for the first time" in said

    code, said, _ = run("--log", "https://map.example.kz/log/", "--state", state)
    assert code == 0
    assert "It goes on from the 1 entry seen before." in said


@pytest.mark.django_db
def test_a_log_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as error:
        run("--log", "http://127.0.0.1:9/log/", "--state", tmp_path / "seen.json")
    assert "\n" not in str(error.value)
    assert unpack(pack(files_of(signed("rsa"))))
