"""What was issued, signed and found stays as it was: the database refuses all else, whoever writes."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ingest.models import Signature, SigningRequest, State, Submission
from tests.ingest.signed import Checking, asked, citizen, handed_in, now
from tests.world import add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def refused(sql: str, *values: Any, match: str) -> None:
    with (
        pytest.raises(IntegrityError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


CHANGES = {
    "submission": (
        "content = 'x', content_sha256 = encode(sha256('x'), 'hex')",
        "revision = 2",
        "type = 'problem.revise'",
        "received_at = received_at - interval '1 day'",
        "attachments = ARRAY['ab']",
        "state = 'refused', refusal = 'revoked'",
        "state = 'pending', decided_at = NULL",
        "decided_at = decided_at + interval '1 hour'",
    ),
    "signature": (
        "cms = 'x', signature_sha256 = encode(sha256('x'), 'hex')",
        "path = ARRAY['x'::bytea]",
        "ocsp = 'x'",
        "crls = ARRAY['ab']",
        "timestamp = NULL",
        "timestamp_path = '{}'",
        "reference_time = reference_time - interval '1 day'",
        "is_demo = true",
        "checked_at = NULL",
    ),
    "signingrequest": (
        "content = 'x', content_sha256 = encode(sha256('x'), 'hex')",
        "nonce = 'x'",
        "payload = '{}'",
        "consumed_at = NULL",
        "expires_at = expires_at + interval '1 day'",
    ),
}


@pytest.mark.parametrize("table", CHANGES)
def test_nobody_changes(table: str) -> None:
    handed_in(asked(citizen()))
    for change in CHANGES[table]:
        refused(f"UPDATE ingest_{table} SET {change}", match=r"_stays")


def test_nobody_deletes() -> None:
    handed_in(asked(citizen()))
    for table in ("submission", "signature"):
        refused(f"DELETE FROM ingest_{table}", match="submitted_stays")


def test_another_feature_cannot_be_put_behind_a_signature() -> None:
    handed_in(asked(citizen()))
    refused("UPDATE ingest_submission SET feature_id = %s", add_feature().pk, match="submission_stays")


def test_the_bytes_go_only_with_their_person() -> None:
    handed_in(asked(citizen()))
    refused("UPDATE ingest_submission SET content = NULL", match="submission_erased_as_a_whole")
    refused("UPDATE ingest_signature SET cms = NULL", match="signature_erased_as_a_whole")


def test_a_pending_submission_is_decided_as_a_whole() -> None:
    handed_in(asked(citizen()), check=Checking(is_down=True))
    decided = "decided_at = received_at"
    for change, constraint in (
        (f"state = 'lost', {decided}", "submission_state_known"),
        (f"state = 'refused', {decided}", "submission_refused_with_a_code"),
        ("refusal = 'revoked'", "submission_refused_with_a_code"),
        (f"state = 'accepted', {decided}", "submission_accepted_is_on_record"),
        ("state = 'refused', refusal = 'x'", "submission_decided_after_received"),
        (
            f"state = 'refused', refusal = 'x', {decided} - interval '1 s'",
            "submission_decided_after_received",
        ),
    ):
        refused(f"UPDATE ingest_submission SET {change}", match=constraint)


def values(**changes: Any) -> dict[str, Any]:
    at = now()
    return {
        "type": "login",
        "browser": "ab" * 32,
        "nonce": "00" * 16,
        "content": b"x",
        "content_sha256": hashlib.sha256(b"x").hexdigest(),
        "language": "kk",
        "issued_at": at,
        "expires_at": at + timedelta(minutes=1),
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"content_sha256": "00" * 32}, "signing_request_hash"),
        ({"language": "de"}, "signing_request_language_known"),
        ({"browser": ""}, "signing_request_has_an_owner"),
        ({"type": "problem.submit"}, "signing_request_has_an_owner"),
        ({"expires_at": now() - timedelta(days=1)}, "signing_request_expires_later"),
        ({"consumed_at": now() + timedelta(days=1)}, "signing_request_consumed_in_time"),
    ],
)
def test_a_request_is_whole_from_the_start(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SigningRequest.objects.create(**values(**changes))


def test_a_nonce_and_a_signature_come_once() -> None:
    first = handed_in(asked(citizen()))
    with pytest.raises(IntegrityError, match="nonce"), transaction.atomic():
        SigningRequest.objects.create(**values(nonce=first.request.nonce))
    second = asked(first.request.user)  # type: ignore[arg-type]
    copy = Submission.objects.create(
        request=second,
        type=second.type,
        user=second.user,
        revision=1,
        content=second.content,
        content_sha256=second.content_sha256,
        received_at=now(),
        state=State.PENDING,
    )
    signature = Signature.objects.get()
    signature.pk, signature.submission = None, copy
    with pytest.raises(IntegrityError, match="signature_sha256"), transaction.atomic():
        signature.save(force_insert=True)
