"""The certification authority does not answer: nothing is valid by default, and nothing is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import User
from geoportal.log.models import Pending
from geoportal.metrics import exposition
from ingest import tasks
from ingest.authority.register import Reason
from ingest.decide import decide_pending
from ingest.login import CannotSignIn, complete_login
from ingest.models import State, Submission
from ingest.refusals import reason_of
from layers.models import Feature
from tests.fakes.authority import IIN, OTHER_IIN, authority_of
from tests.ingest.signed import (
    BROWSER,
    Answering,
    Checking,
    asked,
    asked_to_sign_in,
    citizen,
    handed_in,
    now,
    signed,
    someone,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DOWN = Checking(is_down=True)


def waiting() -> list[tuple[Any, ...]]:
    jobs = ProcrastinateJob.objects.filter(task_name="ingest.tasks.check_again", status="todo").order_by("id")
    return [(job.args["submission_id"], job.args["tries"]) for job in jobs]


def minutes_until(job: ProcrastinateJob, start: datetime) -> int:
    assert job.scheduled_at
    return round((job.scheduled_at - start).total_seconds() / 60)


def events() -> list[str]:
    return [pending.event for pending in Pending.objects.order_by("pk")]


def test_a_submission_waits_and_nothing_is_on_the_map() -> None:
    submission = handed_in(asked(citizen()), check=DOWN)
    assert (submission.state, submission.feature, submission.decided_at) == (State.PENDING, None, None)
    assert not Feature.objects.exists()
    assert (submission.signature.ocsp, submission.signature.checked_at) == (None, None)
    assert events() == ["submission.pending"]
    assert waiting() == [(str(submission.pk), 1)]


def test_the_job_exists_only_if_the_submission_does() -> None:
    request = asked(citizen())
    with transaction.atomic():
        handed_in(request, check=DOWN)
        assert len(waiting()) == 1
        transaction.set_rollback(True)
    assert (waiting(), Submission.objects.count()) == ([], 0)


def test_it_is_accepted_when_the_answer_is_good() -> None:
    user = User.objects.create_user("aigul@example.kz")
    submission = handed_in(asked(user), check=DOWN)
    assert User.objects.get().iin_hash is None
    later = now() + timedelta(minutes=5)
    assert decide_pending(submission.pk, at=later, check=Checking()) == State.ACCEPTED
    submission.refresh_from_db()
    assert (submission.decided_at, submission.feature) == (later, Feature.objects.get())
    assert submission.feature
    assert submission.feature.received_at == submission.received_at
    assert submission.signature.ocsp
    assert submission.signature.checked_at == later
    assert bytes(User.objects.get().iin_hash or b"") == iin_hash(IIN)
    assert events() == ["submission.pending", "submission.accepted"]


def test_it_is_refused_when_the_certificate_turns_out_to_be_revoked() -> None:
    holder = someone(IIN)
    submission = handed_in(asked(citizen()), holder=holder, check=DOWN)
    authority_of("rsa").revoke(holder, Reason.KEY_COMPROMISE)
    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.REFUSED
    submission.refresh_from_db()
    assert (submission.refusal, submission.feature) == ("revoked", None)
    assert "revoked" in reason_of(submission).lower()
    assert not Feature.objects.exists()
    assert events() == ["submission.pending", "submission.refused"]


def test_it_is_decided_once() -> None:
    submission = handed_in(asked(citizen()), check=DOWN)
    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.ACCEPTED
    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.ACCEPTED
    assert Feature.objects.count() == 1


def test_the_record_that_cannot_be_made_any_more_is_a_refusal() -> None:
    """Another account was bound to the same key while this one waited."""
    user = User.objects.create_user("aigul@example.kz")
    submission = handed_in(asked(user), check=DOWN)
    citizen()
    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.REFUSED
    submission.refresh_from_db()
    assert submission.refusal == "identity_taken"
    assert reason_of(submission)
    assert not Feature.objects.exists()


def test_it_is_asked_again_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    submission = handed_in(asked(citizen()), check=DOWN)
    first = ProcrastinateJob.objects.get(task_name="ingest.tasks.check_again")
    waits = [minutes_until(first, submission.received_at)]
    monkeypatch.setattr(tasks, "decide_pending", still_pending)
    for tries in range(1, 9):
        ProcrastinateJob.objects.filter(status="todo").update(status="succeeded")
        before = now()
        tasks.check_again(str(submission.pk), tries)
        job = ProcrastinateJob.objects.get(status="todo")
        assert job.args == {"submission_id": str(submission.pk), "tries": tries + 1}
        waits.append(minutes_until(job, before))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_submission_without_a_job_is_taken_up_again() -> None:
    """Its job has failed too often, or was lost."""
    forgotten, other, decided = citizen(), citizen(OTHER_IIN), User.objects.create_user("aigul@example.kz")
    submission = handed_in(asked(forgotten), check=DOWN)
    handed_in(asked(other), holder=someone(), check=DOWN)
    ProcrastinateJob.objects.filter(args__submission_id=str(submission.pk)).update(status="failed")
    handed_in(asked(decided), holder=someone("721109400031"))
    tasks.take_up_forgotten(0)
    tasks.take_up_forgotten(0)
    assert sorted(waiting()) == sorted(
        (str(each.pk), 1) for each in Submission.objects.filter(state="pending")
    )


@pytest.mark.parametrize("nonsense", [b"", b"garbage", b"\x30\x03\x0a\x01\x03"])
def test_a_spoilt_answer_refuses_nobody_for_good(nonsense: bytes) -> None:
    """The last one is "try later" in OCSP; anybody on the way can put it there."""
    submission = handed_in(asked(citizen()), check=DOWN)
    spoilt = Checking(sources=Answering(nonsense))
    assert decide_pending(submission.pk, at=now(), check=spoilt) == State.PENDING
    assert events() == ["submission.pending"]
    assert decide_pending(submission.pk, at=now(), check=Checking()) == State.ACCEPTED


def test_no_one_asks_again_once_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    submission = handed_in(asked(citizen()))
    tasks.check_again(str(submission.pk), 1)
    assert waiting() == []


def test_nobody_signs_in_during_an_outage() -> None:
    request = asked_to_sign_in()
    with pytest.raises(CannotSignIn, match="try again"):
        complete_login(
            request_id=request.pk, signature=signed(request), browser=BROWSER, at=now(), check=DOWN
        )
    assert not User.objects.exists()
    signed_in = complete_login(
        request_id=request.pk, signature=signed(request), browser=BROWSER, at=now(), check=Checking()
    )
    assert bytes(signed_in.iin_hash or b"") == iin_hash(IIN)


def test_who_watches_the_portal_sees_how_long_a_submission_waits() -> None:
    assert b"\ngeoportal_submission_pending_seconds " not in exposition()
    submission = handed_in(asked(citizen()), check=DOWN)
    assert b"\ngeoportal_submission_pending_seconds " in exposition()
    decide_pending(submission.pk, at=now(), check=Checking())
    assert b"\ngeoportal_submission_pending_seconds " not in exposition()


def still_pending(*arguments: Any, **named: Any) -> State:
    return State.PENDING
