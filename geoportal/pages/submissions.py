"""``/submissions/{id}/``: what became of a signed submission, and its receipt: for whoever signed it."""

import time
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geoportal.accounts.models import User
from geoportal.log.proofs import proof_for
from ingest.models import State, Submission
from ingest.receipt.make import make
from ingest.refusals import reason_of

# The log gives a place within a second: who comes straight from signing waits for it, nobody else does.
FRESH = timedelta(seconds=10)
LONGEST_WAIT_S, STEP_S = 2.0, 0.2
ALGORITHMS = {
    "gost-2015-512": _("GOST 34.10-2015 (512 bits)"),
    "rsa-sha256": _("RSA with SHA-256"),
    "rsa-sha384": _("RSA with SHA-384"),
    "rsa-sha512": _("RSA with SHA-512"),
}


@never_cache
@require_safe
def submission_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    submission = own_submission(request, pk)
    proof = proof_for(row=submission, event=f"submission.{submission.state}")
    context: dict[str, Any] = {
        "submission": submission,
        "signature": submission.signature,
        "algorithm": algorithm_name(submission.signature.algorithm),
        "text": bytes(submission.content or b"").decode(),
        "reason": reason_of(submission),
        "is_pending": submission.state == State.PENDING,
        "log_index": proof.index if proof else None,
    }
    return render(request, "geoportal/submission.html", context)


def algorithm_name(code: str) -> str:
    return str(ALGORITHMS.get(code, code))


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    submission = own_submission(request, pk)
    wait_for_log(submission, now=timezone.now())
    response = HttpResponse(make(submission=submission), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{str(pk)[:8]}.zip"'
    return response


def own_submission(request: HttpRequest, pk: UUID) -> Submission:
    """Raises Http404 for everybody else's, so that nobody learns which there are."""
    rows = Submission.objects.select_related("signature", "request", "feature")
    try:
        return rows.get(pk=pk, user=cast(User, request.user))
    except Submission.DoesNotExist:
        raise Http404 from None


def wait_for_log(submission: Submission, *, now: datetime) -> None:
    """Until what was decided just now has its place in the log, but not for long."""
    if now - (submission.decided_at or submission.received_at) > FRESH:
        return
    until = time.monotonic() + LONGEST_WAIT_S
    event = f"submission.{submission.state}"
    while proof_for(row=submission, event=event) is None and time.monotonic() < until:
        time.sleep(STEP_S)
