"""Somebody leaves: their name goes, the proof that something was submitted stays."""

import hashlib
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from geoportal.log.models import Opening, Pending
from ingest.erasure import forget
from ingest.keep_evidence import evidence_of
from ingest.models import Signature, SigningRequest, State, Submission
from ingest.refusals import reason_of
from layers.models import Feature
from tests.fakes.authority import IIN, OTHER_IIN
from tests.ingest.signed import Checking, asked, citizen, handed_in, now, raw, someone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_what_names_the_person_goes_and_the_hashes_stay() -> None:
    user = citizen()
    before = handed_in(asked(user))
    asked(user)
    content, cms = raw(before.content), raw(before.signature.cms)
    left = now()
    assert forget(user, at=left) == 1
    submission, signature = Submission.objects.get(), Signature.objects.get()
    assert (submission.content, submission.user, submission.erased_at) == (None, None, left)
    assert submission.content_sha256 == hashlib.sha256(content).hexdigest()
    assert (signature.cms, signature.path, signature.ocsp, signature.timestamp) == (None,) * 4
    assert signature.signature_sha256 == hashlib.sha256(cms).hexdigest()
    assert signature.certificate_sha256 == before.signature.certificate_sha256
    with pytest.raises(ValueError, match="erased"):
        evidence_of(signature)
    request = SigningRequest.objects.get()
    assert (request.content, request.payload, request.user) == (None, {}, None)
    assert request.consumed_at


def test_nothing_in_the_tables_names_the_person_any_more() -> None:
    user = citizen()
    handed_in(asked(user))
    forget(user, at=now())
    for model in (SigningRequest, Submission, Signature):
        kept = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in model.objects.values()
            for value in row.values()
        )
        assert IIN.encode() not in kept
        assert "ОМАРОВ".encode() not in kept
        assert "Абай көшесі".encode() not in kept


def test_the_log_keeps_its_entries_and_loses_what_opens_them() -> None:
    user = citizen()
    handed_in(asked(user))
    forget(user, at=now())
    entries = Pending.objects.order_by("pk")
    assert [entry.event for entry in entries] == ["submission.accepted", "log.erased"]
    assert all(entry.salt is None for entry in entries)
    assert not Opening.objects.exclude(salt=None).exists()


def test_the_problem_stays_on_the_map_without_its_author() -> None:
    user = citizen()
    feature = handed_in(asked(user)).feature
    assert feature
    forget(user, at=now())
    kept = Feature.objects.get()
    assert (kept.pk, kept.title, kept.author) == (feature.pk, feature.title, None)


def test_what_is_still_being_checked_is_withdrawn() -> None:
    user = citizen()
    handed_in(asked(user), check=Checking(is_down=True))
    forget(user, at=now() + timedelta(seconds=1))
    submission = Submission.objects.get()
    assert (submission.state, submission.refusal) == (State.REFUSED, "withdrawn")
    assert reason_of(submission)
    assert not Feature.objects.exists()


def test_others_keep_what_is_theirs() -> None:
    user, other = citizen(), citizen(OTHER_IIN)
    handed_in(asked(user))
    kept = handed_in(asked(other), holder=someone())
    forget(user, at=now())
    kept.refresh_from_db()
    assert kept.content
    assert kept.user == other
    assert kept.feature
    assert kept.feature.author == other


@pytest.mark.django_db(transaction=True)
def test_what_is_just_being_submitted_leaves_too() -> None:
    """The person signs in one window and leaves in another."""
    user = citizen()
    request = asked(user)
    counts: list[int] = []

    def leave() -> None:
        counts.append(forget(user, at=now()))
        connection.close()

    leaving = threading.Thread(target=leave)
    with transaction.atomic():
        handed_in(request)
        leaving.start()
        wait_for_a_lock()
    leaving.join()
    assert counts == [1]
    assert [each.content for each in Submission.objects.all()] == [None]


def wait_for_a_lock() -> None:
    """Until some other transaction waits for what this one holds."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY "
                "(pg_blocking_pids(pid))"
            )
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
