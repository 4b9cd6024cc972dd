"""A submission is accepted or refused: once, in one transaction with its record, and the log is told."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from geoportal.lib.errors import DomainError
from geoportal.log.append import append
from ingest.acts import Payload
from ingest.check_signature import Check, check_patiently, checked
from ingest.eds.refusals import Refusal, is_of_an_answer
from ingest.eds.results import Verified
from ingest.keep_evidence import keep_answer
from ingest.models import State, Submission
from ingest.signer import bind
from ingest.signing import ACTS

logger = logging.getLogger(__name__)


def accept(submission: Submission, *, iin: str, payload: Payload, at: datetime) -> None:
    """Binds the person, makes the record, tells the log. In a transaction.

    Raises IdentityTaken, and what the act raises when the record cannot be made any more.
    """
    record = ACTS[submission.type].record
    if submission.user is None or record is None:
        raise ValueError(f"{submission} cannot be accepted")
    bind(submission.user, iin=iin)
    submission.feature = record(submission, payload)
    submission.state = State.ACCEPTED
    submission.decided_at = at
    submission.save(update_fields=["feature", "state", "decided_at"])
    append(event="submission.accepted", row=submission, at=at)


def refuse(submission: Submission, *, code: str, at: datetime) -> None:
    """``code`` is that of an error, or of ingest/refusals.py. In a transaction."""
    submission.state = State.REFUSED
    submission.refusal = code
    submission.decided_at = at
    submission.save(update_fields=["refusal", "state", "decided_at"])
    append(event="submission.refused", row=submission, at=at)


def decide_pending(submission_id: UUID, *, at: datetime, check: Check = check_patiently) -> State:
    """Asks again whether the certificate of a pending submission holds, and decides if that is known now.

    A bad answer decides nothing: whoever can spoil one on its way could have submissions refused for good.
    Asks over the network, so it is not called in a transaction. What is decided already stays as it is.
    """
    submission = Submission.objects.select_related("request", "signature", "user").get(pk=submission_id)
    if submission.state != State.PENDING or submission.user is None:
        return State(submission.state)
    outcome: Verified | Refusal
    try:
        outcome = checked(
            submission.request,
            bytes(submission.signature.cms or b""),
            user=submission.user,
            received_at=submission.received_at,
            checked_at=at,
            check=check,
        )
    except Refusal as refusal:
        if is_of_an_answer(refusal.code):
            logger.warning("submission %s is still pending: %s", submission_id, refusal.code)
            return State.PENDING
        outcome = refusal
    if isinstance(outcome, Verified) and outcome.pending:
        return State.PENDING
    return _decide(submission_id, outcome, at)


@transaction.atomic
def _decide(submission_id: UUID, outcome: Verified | Refusal, at: datetime) -> State:
    submission = Submission.objects.select_for_update().get(pk=submission_id)
    if submission.state != State.PENDING:
        return State(submission.state)
    if isinstance(outcome, Refusal):
        refuse(submission, code=outcome.code, at=at)
        return State.REFUSED
    keep_answer(submission.signature, outcome.evidence, at=at)
    try:
        # A savepoint: what the act has written when it fails goes with it.
        with transaction.atomic():
            accept(submission, iin=outcome.identity.iin, payload=submission.request.payload, at=at)
    except DomainError as error:
        refuse(submission, code=error.code, at=at)
    return State(submission.state)
