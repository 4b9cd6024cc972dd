"""A signature that comes from a phone, while the browser that asked for it waits."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from ingest.acts import LOGIN
from ingest.check_signature import Check, check_signature
from ingest.eds.cms import decoded
from ingest.login import check_login
from ingest.models import PhoneAnswer, Signature, SigningRequest
from ingest.signing import NoSuchRequest, RequestConsumed, refuse_spent
from ingest.submit import submit


def receive(
    request: SigningRequest, signature: bytes, *, at: datetime, check: Check = check_signature
) -> None:
    """Takes what the phone has signed. The same signature twice is as good as once: networks lose answers.

    A submission is made at once. A login waits for the browser: only there can somebody be signed in. Raises
    what ``submit`` raises, and remembers it for the page that waits.
    """
    try:
        if request.type == LOGIN.type:
            _hold(request, signature, at=at, check=check)
        else:
            _submit(request, signature, at=at, check=check)
    except DomainError as error:
        refused(request, code=error.code, at=at)
        raise


def refused(request: SigningRequest, *, code: str, at: datetime) -> None:
    """Remembers why nothing came of it. What has come already stays."""
    new = {"refusal": code, "arrived_at": at}
    answer, is_new = PhoneAnswer.objects.get_or_create(request=request, defaults=new)
    if not is_new:
        PhoneAnswer.objects.filter(pk=answer.pk, signature__isnull=True).update(**new)


def answer_to(request: SigningRequest) -> PhoneAnswer | None:
    return PhoneAnswer.objects.filter(request=request).first()


def forget(request: SigningRequest) -> None:
    """The browser has used the signature: it names its signer, and is kept no longer."""
    PhoneAnswer.objects.filter(request=request).delete()


def _hold(request: SigningRequest, signature: bytes, *, at: datetime, check: Check) -> None:
    refuse_spent(request, at)
    check_login(request, signature, at=at, check=check)
    held = {"signature": signature, "refusal": "", "arrived_at": at}
    PhoneAnswer.objects.update_or_create(request=request, defaults=held)


def _submit(request: SigningRequest, signature: bytes, *, at: datetime, check: Check) -> None:
    try:
        if request.user is None:
            raise NoSuchRequest(_("There is nothing to sign here."))
        submit(request_id=request.pk, signature=signature, browser="", user=request.user, at=at, check=check)
    except RequestConsumed:
        digest = hashlib.sha256(decoded(signature)).hexdigest()
        if not Signature.objects.filter(submission__request=request, signature_sha256=digest).exists():
            raise
