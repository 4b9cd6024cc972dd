"""Somebody leaves: what names them goes from what they signed. Hashes, and the log's commitments, stay."""

from datetime import datetime

from django.db import transaction

from geoportal.accounts.models import User
from geoportal.log.append import erase
from ingest.decide import refuse
from ingest.models import PhoneAnswer, SigningRequest, State, Submission
from ingest.refusals import WITHDRAWN
from layers.models import Feature


@transaction.atomic
def forget(user: User, *, at: datetime) -> int:
    """Erases the signed bytes, signatures, certificates and requests of ``user``; returns of how many
    submissions.

    What is on the map stays there without its author: others act on it. What is still being checked is
    refused. Receipts that the person has downloaded hold all the same.
    """
    requests = SigningRequest.objects.filter(user=user)
    # Held before looking, as ``submit`` holds its own: what is being submitted is either in already and goes
    # too, or comes too late.
    list(requests.select_for_update().order_by("pk").values_list("pk"))
    mine = Submission.objects.select_for_update().filter(user=user).order_by("pk")
    count = 0
    for submission in mine:
        if submission.state == State.PENDING:
            refuse(submission, code=WITHDRAWN, at=at)
        _erase(submission, at)
        count += 1
    PhoneAnswer.objects.filter(request__user=user).delete()
    requests.filter(submission__isnull=True).delete()
    requests.update(content=None, payload={}, user=None)
    Feature.objects.filter(author=user).update(author=None)
    return count


def _erase(submission: Submission, at: datetime) -> None:
    signature = submission.signature
    signature.cms = signature.path = signature.ocsp = signature.timestamp = None
    signature.save(update_fields=["cms", "path", "ocsp", "timestamp"])
    submission.content = submission.user = None
    submission.erased_at = at
    submission.save(update_fields=["content", "user", "erased_at"])
    erase(row=submission, at=at)
