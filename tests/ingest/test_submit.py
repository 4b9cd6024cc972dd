"""From a signed text to a problem on the map: all of it, once, by the right person, or nothing."""

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import User
from geoportal.lib.errors import DomainError
from geoportal.log.models import Pending
from ingest.eds.refusals import Refusal
from ingest.eds.results import Verified
from ingest.erasure import forget
from ingest.keep_evidence import evidence_of
from ingest.login import complete_login
from ingest.models import Signature, SigningRequest, State, Submission
from ingest.signer import IdentityTaken
from ingest.signing import NoSuchRequest, RequestConsumed, RequestExpired, WrongType, request_signature
from ingest.statement import Attachment
from ingest.submit import submit
from layers.models import Feature
from tests.fakes.authority import IIN, OTHER_IIN
from tests.ingest.signed import (
    BROWSER,
    PROBLEM,
    Checking,
    asked,
    asked_to_sign_in,
    citizen,
    handed_in,
    now,
    raw,
    signed,
    someone,
)
from tests.world import WEST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_a_signed_problem_is_on_the_map_in_its_region() -> None:
    request = asked(citizen())
    submission = handed_in(request)
    feature = Feature.objects.get()
    assert (submission.state, submission.feature, submission.revision) == (State.ACCEPTED, feature, 1)
    assert (feature.kind, feature.status, feature.author) == ("problem", "new", request.user)
    assert (feature.title, feature.address) == ("Көшеде шұңқыр бар", "Абай көшесі, 5")
    assert (feature.geom.x, feature.geom.y) == (70.5, 50.25)
    assert (feature.oblast, feature.rayon) == (WEST, "110100000")
    assert (feature.received_at, feature.is_demo) == (submission.received_at, False)


def test_what_was_signed_is_kept_byte_for_byte_with_its_evidence() -> None:
    user = citizen()
    request = asked(user)
    signature = signed(request)
    submission = submit(
        request_id=request.pk, signature=signature, browser="", user=user, at=now(), check=Checking()
    )
    kept = Signature.objects.get(submission=submission)
    assert raw(Submission.objects.get().content) == raw(request.content)
    assert raw(kept.cms) == signature
    assert kept.signature_sha256 == hashlib.sha256(signature).hexdigest()
    evidence = evidence_of(kept)
    assert len(evidence.path) == 3
    assert evidence.ocsp
    assert evidence.timestamp
    assert kept.checked_at == submission.received_at


def test_the_log_is_told_in_the_same_transaction() -> None:
    handed_in(asked(citizen()))
    assert [pending.event for pending in Pending.objects.all()] == ["submission.accepted"]


def test_neither_the_log_nor_the_record_has_the_iin() -> None:
    handed_in(asked(citizen()))
    said = b"".join(bytes(pending.entry) for pending in Pending.objects.all())
    assert IIN.encode() not in said + raw(Submission.objects.get().content)


def test_a_text_is_signed_once() -> None:
    request = asked(citizen())
    handed_in(request)
    with pytest.raises(RequestConsumed):
        handed_in(request)
    assert Feature.objects.count() == 1


def test_a_text_cannot_be_signed_after_its_time() -> None:
    request = asked(citizen(), at=now() - timedelta(hours=1, seconds=2))
    with pytest.raises(RequestExpired):
        handed_in(request)


def test_a_text_is_signed_by_whom_it_was_made_for() -> None:
    other = citizen(OTHER_IIN)
    with pytest.raises(NoSuchRequest):
        handed_in(asked(citizen()), user=other)


def test_the_key_of_another_person_is_refused_and_the_text_can_still_be_signed() -> None:
    request = asked(citizen())
    with pytest.raises(Refusal) as refused:
        handed_in(request, holder=someone())
    assert refused.value.code == "other_person"
    assert not Submission.objects.exists()
    assert handed_in(request).state == State.ACCEPTED


def test_who_leaves_while_the_signature_is_checked_submits_nothing() -> None:
    user = citizen()
    request = asked(user)

    def check(*arguments: Any, **named: Any) -> Verified:
        forget(user, at=now())
        return Checking()(*arguments, **named)

    with pytest.raises(NoSuchRequest):
        submit(request_id=request.pk, signature=signed(request), browser="", user=user, at=now(), check=check)
    assert not Submission.objects.exists()


def test_a_signature_under_another_text_is_refused() -> None:
    user = citizen()
    first, second = asked(user), asked(user, title="Басқа")
    with pytest.raises(Refusal):
        submit(
            request_id=second.pk,
            signature=signed(first),
            browser="",
            user=user,
            at=now(),
            check=Checking(),
        )
    assert not Submission.objects.exists()


def test_a_login_signature_cannot_pass_as_a_petition() -> None:
    request = asked_to_sign_in()
    with pytest.raises(WrongType):
        submit(
            request_id=request.pk,
            signature=signed(request),
            browser=BROWSER,
            user=citizen(),
            at=now(),
            check=Checking(),
        )
    user = User.objects.get()
    problem = asked(user)
    with pytest.raises(Refusal):
        submit(
            request_id=problem.pk,
            signature=signed(request),
            browser=BROWSER,
            user=user,
            at=now(),
            check=Checking(),
        )


def test_a_petition_signs_nobody_in() -> None:
    problem = asked(citizen())
    with pytest.raises((WrongType, NoSuchRequest)):
        complete_login(
            request_id=problem.pk, signature=signed(problem), browser="", at=now(), check=Checking()
        )


def test_a_citizen_signs_with_the_signing_certificate() -> None:
    request = asked(citizen())
    with pytest.raises(Refusal):
        handed_in(request, holder=someone(IIN, use="auth"))
    assert handed_in(request).state == State.ACCEPTED


def test_who_came_by_e_mail_is_known_by_the_first_signature() -> None:
    user = User.objects.create_user("aigul@example.kz")
    handed_in(asked(user))
    user.refresh_from_db()
    assert bytes(user.iin_hash or b"") == iin_hash(IIN)
    with pytest.raises(Refusal) as refused:
        handed_in(asked(user), holder=someone())
    assert refused.value.code == "other_person"


def test_a_key_of_another_account_cannot_be_bound_to_this_one() -> None:
    citizen()
    user = User.objects.create_user("aigul@example.kz")
    request = asked(user)
    with pytest.raises(IdentityTaken):
        handed_in(request)
    assert not Feature.objects.exists()
    assert SigningRequest.objects.get(pk=request.pk).consumed_at is None


def test_what_a_demonstration_key_signed_is_marked() -> None:
    submission = handed_in(asked(citizen()), check=Checking(is_demo=True))
    assert submission.signature.is_demo
    assert Feature.objects.get().is_demo


def test_attachments_are_signed_by_their_hash() -> None:
    request = request_signature(
        type="problem.submit",
        payload=PROBLEM,
        user=citizen(),
        browser="",
        language="kk",
        at=now(),
        attachments=[Attachment("ab" * 32, "шұңқыр.jpg")],
    )
    assert f"| {'ab' * 32} шұңқыр.jpg\n".encode() in bytes(request.content or b"")
    assert handed_in(request).attachments == ["ab" * 32]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_text_at_once_one_wins() -> None:
    request = asked(citizen())
    signature = signed(request)
    barrier, outcomes = threading.Barrier(4), []

    class Together(Checking):
        def __call__(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
            verified = super().__call__(*arguments, **named)  # type: ignore[arg-type]
            # All have verified before any of them writes.
            barrier.wait(timeout=20)
            return verified

    def hand_in() -> None:
        try:
            made = submit(
                request_id=request.pk,
                signature=signature,
                browser="",
                user=request.user,  # type: ignore[arg-type]
                at=now(),
                check=Together(),  # type: ignore[arg-type]
            )
            outcomes.append(str(made.state))
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", *["request_consumed"] * 3]
    assert (Feature.objects.count(), Submission.objects.count(), Pending.objects.count()) == (1, 1, 1)
