"""A signed text becomes a submission: all of it in one transaction, or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from geoportal.accounts.models import User
from geoportal.log.append import append
from ingest.check_signature import Check, check_signature, checked
from ingest.decide import accept
from ingest.eds.results import Verified
from ingest.keep_evidence import keep_signature
from ingest.models import SigningRequest, State, Submission
from ingest.report_problem import CannotRevise
from ingest.signing import ACTS, WrongType, consume, lock_request, open_request
from ingest.statement import parse
from ingest.tasks import check_later


def submit(
    *,
    request_id: UUID,
    signature: bytes,
    browser: str,
    user: User,
    at: datetime,
    check: Check = check_signature,
) -> Submission:
    """The submission that ``signature`` (a CMS as DER, PEM or base64) under the request's text makes.

    ``at`` is when the signature arrived. While nobody knows whether the certificate is revoked, the
    submission is pending: nothing is on the map, and a job asks again. Raises NoSuchRequest, RequestExpired,
    RequestConsumed, WrongType, IdentityTaken, ingest.eds.refusals.Refusal, and what the act raises when the
    record can no longer be made; the request may then be signed again.
    """
    request = open_request(request_id=request_id, user=user, browser=browser, at=at)
    if ACTS[request.type].record is None:
        raise WrongType(_("This text signs you in: it cannot be submitted."))
    # Asks over the network: before the transaction, so that nobody waits in the database meanwhile.
    verified = checked(request, signature, user=user, received_at=at, checked_at=at, check=check)
    try:
        with transaction.atomic():
            return _taken_in(request, verified, at)
    except IntegrityError as error:
        if "submission_revision_once" in str(error):
            raise CannotRevise(_("This report has been changed meanwhile. Open it again.")) from error
        raise


def _taken_in(request: SigningRequest, verified: Verified, at: datetime) -> Submission:
    locked = lock_request(request, at=at)
    consume(locked, at=at)
    content = bytes(locked.content or b"")
    submission = Submission.objects.create(
        request=locked,
        type=locked.type,
        user=locked.user,
        feature_id=locked.payload.get("problem"),
        revision=locked.payload.get("revision", 1),
        content=content,
        content_sha256=locked.content_sha256,
        attachments=[attachment.sha256 for attachment in parse(content).attachments],
        received_at=at,
        state=State.PENDING,
    )
    keep_signature(submission, verified=verified, at=at)
    if verified.pending:
        append(event="submission.pending", row=submission, at=at)
        check_later(submission.pk)
    else:
        accept(submission, iin=verified.identity.iin, payload=locked.payload, at=at)
    return submission
