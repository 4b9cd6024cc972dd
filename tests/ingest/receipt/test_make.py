"""Receipts of real submissions: out of the database, checked as whoever holds one checks it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from geoportal.log.proofs import public_keys
from geoportal.log.sequence import sequence
from ingest.decide import decide_pending
from ingest.erasure import forget
from ingest.logged import decided, taken_in
from ingest.models import State, Submission
from ingest.receipt.check import check
from ingest.receipt.make import NoReceipt, make
from ingest.receipt.names import STATEMENT
from ingest.receipt.packing import unpack
from ingest.receipt.report import Outcome, Report, Verdict
from tests.ingest.receipt.receipts import anchors_of, found, record_of, signed
from tests.ingest.signed import Checking, asked, citizen, handed_in, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def _log(settings: LazySettings, tmp_path: Path) -> None:
    settings.LOG_KEY_DIR = tmp_path / "log"


def checked(submission: Submission) -> Report:
    data = make(submission=Submission.objects.get(pk=submission.pk))
    return check(data, anchors=anchors_of("rsa"), log_keys=public_keys())


def test_the_receipt_of_an_accepted_submission_is_valid() -> None:
    submission = handed_in(asked(citizen()))
    sequence(now=now())
    report = checked(submission)
    assert report.verdict == Verdict.VALID
    assert report.facts is not None
    assert report.facts.submission == str(submission.pk)
    assert (report.facts.state, report.facts.log_index) == ("accepted", 0)


def test_a_receipt_has_the_very_bytes_that_were_signed() -> None:
    request = asked(citizen())
    submission = handed_in(request)
    assert unpack(make(submission=submission))[STATEMENT] == bytes(request.content or b"")


def test_a_receipt_taken_before_the_log_says_so_and_is_whole_when_taken_again() -> None:
    submission = handed_in(asked(citizen()))
    assert found(checked(submission), Outcome.UNKNOWN) == {"log": "not_in_log_yet"}
    sequence(now=now())
    assert checked(submission).verdict == Verdict.VALID
    assert make(submission=submission) == make(submission=submission)


def test_while_the_authority_is_silent_the_receipt_says_what_is_not_known_and_later_that_it_is() -> None:
    at = now()
    submission = handed_in(asked(citizen()), at=at, check=Checking(is_down=True))
    sequence(now=now())
    assert found(checked(submission), Outcome.UNKNOWN) == {"revocation": "revocation_missing"}

    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.ACCEPTED
    sequence(now=now())
    report = checked(submission)
    assert report.verdict == Verdict.VALID
    assert report.facts is not None
    assert report.facts.decided_at is not None
    assert report.facts.decided_at > report.facts.received_at


def test_a_demonstrations_receipt_says_that_it_is_one() -> None:
    submission = handed_in(asked(citizen()), check=Checking(is_demo=True))
    sequence(now=now())
    report = checked(submission)
    assert report.facts is not None
    assert report.facts.is_demo
    # Here nobody has said that this authority is a demonstration's: the record says what this machine denies.
    assert found(report, Outcome.FAILS) == {"signature": "other_record"}


def test_who_has_left_has_no_receipt_here_and_the_one_taken_before_still_holds() -> None:
    user = citizen()
    submission = handed_in(asked(user))
    sequence(now=now())
    taken = make(submission=submission)
    forget(user, at=now() + timedelta(seconds=1))
    sequence(now=now())
    with pytest.raises(NoReceipt):
        make(submission=Submission.objects.get(pk=submission.pk))
    assert check(taken, anchors=anchors_of("rsa"), log_keys=public_keys()).verdict == Verdict.VALID


def test_an_edited_row_gives_a_receipt_that_does_not_hold() -> None:
    """As whoever can write past the triggers leaves it; here in memory."""
    submission = handed_in(asked(citizen()))
    sequence(now=now())
    submission.received_at -= timedelta(seconds=5)
    submission.decided_at = submission.received_at
    report = check(make(submission=submission), anchors=anchors_of("rsa"), log_keys=public_keys())
    assert report.verdict == Verdict.INVALID
    assert found(report, Outcome.FAILS)["log"] == "log_wrong_content"


def test_the_records_of_these_tests_are_those_of_the_log() -> None:
    submission = handed_in(asked(citizen()))
    assert set(record_of(signed("rsa"))) == set(decided(submission))
    assert set(taken_in(submission)) == set(decided(submission)) - {
        "state",
        "refusal",
        "feature",
        "decided_at",
    }
