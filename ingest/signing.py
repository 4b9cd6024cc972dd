"""The portal asks for a signature: a text made for one person, one act and one time."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from geoportal.accounts.models import User
from geoportal.lib.errors import DomainError
from ingest.acts import LOGIN, Act, Payload
from ingest.models import PASSING, SigningRequest
from ingest.report_problem import REVISE_PROBLEM, SUBMIT_PROBLEM
from ingest.statement import Attachment, Statement, latest_wording, parse, render

ACTS: dict[str, Act] = {act.type: act for act in (LOGIN, SUBMIT_PROBLEM, REVISE_PROBLEM)}
# 128 bits: nobody guesses one, and no two are alike.
NONCE_BYTES = 16
HOUR = timedelta(hours=1)
# How long a text that nobody signed is kept: somebody may still look at why it is too late.
KEPT = timedelta(days=1)


class NoSuchRequest(DomainError):
    """No request has this number, or it is somebody else's."""

    code = "no_such_request"


class RequestExpired(DomainError):
    code = "request_expired"


class RequestConsumed(DomainError):
    code = "request_consumed"


class WrongType(DomainError):
    """A login is not submitted, and nothing else signs in."""

    code = "wrong_type"


class Outdated(DomainError):
    """What a text is about has changed since it was written."""

    code = "outdated"


class TooManyRequests(DomainError):
    code = "too_many_requests"


@transaction.atomic
def request_signature(
    *,
    type: str,
    payload: Mapping[str, Any],
    user: User | None,
    browser: str,
    language: str,
    at: datetime,
    attachments: Iterable[Attachment] = (),
) -> SigningRequest:
    """A text for one signature, kept as it will be signed.

    ``payload`` is what the act reads (ingest/acts.py; ``{}`` for a login). ``browser`` is the secret of the
    browser's session: needed for a login, which belongs to no user. ``language``: kk, ru or en. Raises
    BadFields for the payload, TooManyRequests, KeyError for a type that there is not.
    """
    act = ACTS[type]
    owner: dict[str, Any] = {"browser": secret_hash(browser)} if act is LOGIN else {"user": user}
    if not (browser if act is LOGIN else user):
        raise ValueError("a login is a browser's, everything else is a user's")
    _throttle(owner, at)
    read = act.read(payload, user, at)
    return _issue(act, read, owner, language, tuple(attachments), at)


@transaction.atomic
def request_again(request: SigningRequest, *, at: datetime) -> SigningRequest:
    """A new request for the same, when the time of the first has passed.

    Raises TooManyRequests, Outdated, and what the act raises for content that can no longer be taken.
    """
    act = ACTS[request.type]
    owner: dict[str, Any] = {"user": request.user} if request.user else {"browser": request.browser}
    _throttle(owner, at)
    if act.read(request.payload, request.user, at) != request.payload:
        raise Outdated(_("What this text is about has changed meanwhile. Open it again and write anew."))
    attachments = parse(text_of(request)).attachments
    return _issue(act, request.payload, owner, request.language, attachments, at)


def open_request(*, request_id: UUID, user: User | None, browser: str, at: datetime) -> SigningRequest:
    """The request, if it may still be signed, and by whoever asks.

    Raises NoSuchRequest (also for somebody else's), RequestConsumed, RequestExpired.
    """
    request = find_request(request_id=request_id, user=user, browser=browser)
    refuse_spent(request, at)
    return request


def find_request(*, request_id: UUID, user: User | None, browser: str) -> SigningRequest:
    """The request of whoever asks, also when it is signed or too late. Raises NoSuchRequest."""
    request = SigningRequest.objects.filter(pk=request_id, content__isnull=False).first()
    if request is None or not _is_theirs(request, user, browser):
        raise _no_such_request()
    return request


def text_of(request: SigningRequest) -> bytes:
    """The very bytes to sign; none are left of somebody who has left."""
    return bytes(request.content or b"")


def lock_request(request: SigningRequest, *, at: datetime) -> SigningRequest:
    """The same row, held until the end of the transaction; still to be signed. Raises as ``open_request``."""
    locked = SigningRequest.objects.select_for_update().filter(pk=request.pk, content__isnull=False).first()
    if locked is None:
        # Its person has left meanwhile.
        raise _no_such_request()
    refuse_spent(locked, at)
    return locked


def consume(locked: SigningRequest, *, at: datetime) -> None:
    locked.consumed_at = at
    locked.save(update_fields=["consumed_at"])


def refuse_spent(request: SigningRequest, at: datetime) -> None:
    if request.consumed_at is not None:
        raise RequestConsumed(_("This text has been signed already."))
    if at > request.expires_at:
        raise RequestExpired(_("The time for signing this text is over. Ask for it again."))


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def remove_unsigned(*, now: datetime) -> int:
    """Deletes what was never signed and what only signed in, a day after its time. Returns how many."""
    gone = SigningRequest.objects.filter(PASSING, expires_at__lt=now - KEPT)
    _all, deleted = gone.delete()
    return deleted.get("ingest.SigningRequest", 0)


def _issue(
    act: Act,
    payload: Payload,
    owner: Mapping[str, Any],
    language: str,
    attachments: tuple[Attachment, ...],
    at: datetime,
) -> SigningRequest:
    """``payload`` as the act has read it, ``owner`` as the columns of it."""
    written = act.write(payload, language)
    issued_at = at.replace(microsecond=0)
    request = SigningRequest(
        type=act.type,
        nonce=secrets.token_hex(NONCE_BYTES),
        payload=payload,
        language=language,
        issued_at=issued_at,
        expires_at=issued_at + act.lifetime,
        **owner,
    )
    request.content = render(
        Statement(
            type=act.type,
            version=latest_wording(act.type).version,
            language=language,
            origin=settings.PORTAL_ORIGIN,
            object=written.object,
            revision=written.revision,
            fields=written.fields,
            attachments=attachments,
            nonce=request.nonce,
            issued_at=request.issued_at.astimezone(UTC),
            expires_at=request.expires_at.astimezone(UTC),
        )
    )
    request.content_sha256 = hashlib.sha256(request.content).hexdigest()
    request.save(force_insert=True)
    return request


def _is_theirs(request: SigningRequest, user: User | None, browser: str) -> bool:
    if request.type == LOGIN.type:
        return constant_time_compare(request.browser, secret_hash(browser))
    return user is not None and request.user_id == user.pk


def _no_such_request() -> NoSuchRequest:
    return NoSuchRequest(_("There is nothing to sign here."))


def _throttle(owner: Mapping[str, Any], at: datetime) -> None:
    """Each owner's requests of the last hour. Held one by one, so that many at once cannot pass together."""
    key = str(owner.get("browser") or owner["user"].pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('signing ' || %s, 0))", [key])
    most = settings.SIGNING_REQUESTS_PER_HOUR
    if SigningRequest.objects.filter(issued_at__gt=at - HOUR, **owner).count() >= most:
        raise TooManyRequests(
            _("You have asked for %(most)s signatures within an hour. Please try again later.")
            % {"most": most}
        )
