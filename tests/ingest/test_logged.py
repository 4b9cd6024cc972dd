"""What the public log keeps of submissions, and what an audit then finds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geoportal.log.audit import Fault, audit
from geoportal.log.checking import check_proof
from geoportal.log.proofs import proof_for, public_keys
from geoportal.log.sequence import sequence
from ingest.decide import decide_pending
from ingest.erasure import forget
from ingest.logged import decided
from ingest.models import Submission
from tests.ingest.signed import Checking, asked, citizen, handed_in, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def found() -> list[tuple[Fault, str, str]]:
    return [(each.fault, each.model, each.key) for each in audit()]


def tampered(sql: str) -> None:
    """As the owner of the tables can, who takes triggers and constraints away first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ingest_submission", "ingest_signature"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ingest_submission", "ingest_signature"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_submission_is_proven_to_stand_in_the_log() -> None:
    submission = handed_in(asked(citizen()))
    assert proof_for(row=submission) is None
    sequence(now=now())
    proof = proof_for(row=submission)
    assert proof
    check_proof(proof, decided(submission), public_keys())


def test_an_audit_finds_nothing_amiss_whatever_became_of_them() -> None:
    user = citizen()
    handed_in(asked(user))
    pending = handed_in(asked(user), check=Checking(is_down=True))
    handed_in(asked(user), check=Checking(is_down=True))
    sequence(now=now())
    assert found() == []
    decide_pending(pending.pk, at=now(), check=Checking())
    sequence(now=now())
    assert found() == []
    forget(user, at=now())
    sequence(now=now())
    assert found() == []


def test_an_audit_asks_for_all_submissions_at_once() -> None:
    user = citizen()
    counts = []
    for _ in range(2):
        handed_in(asked(user))
        sequence(now=now())
        with CaptureQueriesContext(connection) as asked_for:
            assert found() == []
        counts.append(len(asked_for))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "change",
    [
        "content = 'x', content_sha256 = encode(sha256('x'), 'hex')",
        "received_at = received_at - interval '1 day'",
        "state = 'refused', refusal = 'revoked'",
        "revision = 7",
    ],
)
def test_an_audit_names_a_submission_that_was_edited(change: str) -> None:
    submission = handed_in(asked(citizen()))
    sequence(now=now())
    tampered(f"UPDATE ingest_submission SET {change}")
    assert (Fault.EDITED, "ingest.submission", str(submission.pk)) in found()


def test_an_audit_names_a_submission_that_was_put_in_past_the_log() -> None:
    handed_in(asked(citizen()))
    second = handed_in(asked(Submission.objects.get().user or citizen()))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM log_pending WHERE key = %s", [str(second.pk)])
    sequence(now=now())
    assert found() == [(Fault.UNLOGGED, "ingest.submission", str(second.pk))]


def test_an_audit_names_a_submission_whose_signature_is_gone() -> None:
    submission = handed_in(asked(citizen()))
    sequence(now=now())
    tampered("delete from ingest_signature")
    assert found() == [(Fault.EDITED, "ingest.submission", str(submission.pk))]


def test_a_time_that_nobody_can_read_hides_no_other_edit() -> None:
    user = citizen()
    first, second = handed_in(asked(user)), handed_in(asked(user))
    sequence(now=now())
    tampered(
        "update ingest_submission set received_at = 'infinity', decided_at = 'infinity' "
        f"where id = '{first.pk}'"
    )
    tampered(f"update ingest_submission set revision = 7 where id = '{second.pk}'")
    assert sorted(found()) == sorted(
        (Fault.EDITED, "ingest.submission", str(each.pk)) for each in (first, second)
    )
