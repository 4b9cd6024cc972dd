"""Signing in with an EDS key: the login text, signed in the browser that asked for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from geoportal.accounts.identity import person_of
from geoportal.accounts.models import User
from geoportal.accounts.organisations import representative_of
from geoportal.lib.errors import DomainError
from ingest.acts import LOGIN
from ingest.check_signature import Check, check_signature
from ingest.eds.policy import Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.results import Verified
from ingest.models import SigningRequest
from ingest.signing import WrongType, consume, lock_request, open_request


class CannotSignIn(DomainError):
    """The certification authority does not answer, or the account is closed."""

    code = "cannot_sign_in"


def complete_login(
    *, request_id: UUID, signature: bytes, browser: str, at: datetime, check: Check = check_signature
) -> User:
    """The person whose key signed the login text, found or made; the text is consumed with it. The key of an
    organisation, of its head or somebody with the right to sign, makes them its representative too.

    ``signature`` is a CMS as DER, PEM or base64 of the authentication or the signing certificate, ``browser``
    the secret of the session that asked. Raises NoSuchRequest (also for another browser), RequestExpired,
    RequestConsumed, WrongType, CannotSignIn, ingest.eds.refusals.Refusal.
    """
    request = open_request(request_id=request_id, user=None, browser=browser, at=at)
    if request.type != LOGIN.type:
        raise WrongType(_("This text does not sign you in."))
    who = check_login(request, signature, at=at, check=check).identity
    with transaction.atomic():
        consume(lock_request(request, at=at), at=at)
        user = person_of(iin=who.iin, at=at)
        if not user.is_active:
            raise CannotSignIn(_("This account is closed."))
        if who.bin is not None:
            representative_of(bin=who.bin, name=who.organisation or who.bin, user=user, at=at)
        return user


def check_login(
    request: SigningRequest, signature: bytes, *, at: datetime, check: Check = check_signature
) -> Verified:
    """Whether the signature would sign its owner in. Consumes nothing; raises Refusal, CannotSignIn."""
    try:
        verified = _checked(request, signature, Role.PERSON, at, check)
    except Refusal as refusal:
        if refusal.code != "wrong_role":
            raise
        # Nobody is asked which key they will choose: it may as well be that of an organisation.
        verified = _checked(request, signature, Role.ORGANISATION, at, check)
    if verified.pending:
        raise CannotSignIn(_("The certification authority does not answer just now. Please try again soon."))
    return verified


def _checked(request: SigningRequest, signature: bytes, role: Role, at: datetime, check: Check) -> Verified:
    return check(
        bytes(request.content or b""),
        signature,
        purpose=Purpose.LOGIN,
        role=role,
        issued_at=request.issued_at,
        expires_at=request.expires_at,
        same_person=None,
        received_at=at,
        checked_at=at,
    )
