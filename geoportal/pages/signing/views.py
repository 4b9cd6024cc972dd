"""``/sign/{id}/``: a text as it will be signed, and the ways to sign it. ``/account/eds/`` begins a login."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geoportal.csp import allow_ncalayer
from geoportal.lib.errors import DomainError
from geoportal.pages.account.login import next_page
from geoportal.pages.signing.addresses import after_consumed, sign_address
from geoportal.pages.signing.browser import browser_of
from geoportal.pages.signing.demo_keys import demo_keys
from geoportal.pages.signing.description import describe
from geoportal.pages.signing.ncalayer import order
from geoportal.pages.signing.outcome import Told, accept, told
from geoportal.pages.signing.owner import theirs
from geoportal.pages.signing.received import received_signature
from ingest.acts import LOGIN
from ingest.models import SigningRequest
from ingest.signing import request_again, request_signature, text_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    signing_request = theirs(request, pk)
    refusal = None
    if request.method == "POST" and signing_request.consumed_at is None:
        if too_many := ratelimit.consume_or_429(request, action="signature"):
            return too_many
        try:
            signature = received_signature(request, text_of(signing_request))
            return redirect(accept(request, signing_request, signature, at=timezone.now()))
        except DomainError as error:
            refusal = told(error)
            signing_request.refresh_from_db()
    if signing_request.consumed_at is not None:
        return redirect(after_consumed(request, signing_request))
    return shown(request, signing_request, refusal)


def shown(request: HttpRequest, signing_request: SigningRequest, refusal: Told | None) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "signing_request": signing_request,
        "description": describe(signing_request),
        "text": text_of(signing_request).decode(),
        "script": order(signing_request, at=now),
        "is_expired": now > signing_request.expires_at,
        "refusal": refusal,
        "next": next_page(request),
        "offers_phone": settings.EGOV_MOBILE,
        "demo_keys": demo_keys(),
    }
    response = render(request, "geoportal/signing/sign.html", context, status=422 if refusal else 200)
    allow_ncalayer(request, response)
    return response


@never_cache
@require_safe
def signed_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The very bytes to sign, as a file."""
    signing_request = theirs(request, pk)
    return HttpResponse(
        text_of(signing_request),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{signing_request.type}-{pk}.txt"'},
    )


@require_POST
def sign_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same content with a new time, when that of the first has passed."""
    signing_request = theirs(request, pk)
    if signing_request.consumed_at is not None:
        return redirect(after_consumed(request, signing_request))
    again = request_again(signing_request, at=timezone.now())
    return redirect(sign_address(again.pk, next_page(request)))


@require_POST
def eds_login(request: HttpRequest) -> HttpResponse:
    # A browser without a session is a new one each time: its own limit (ingest/signing.py) holds nobody.
    if too_many := ratelimit.consume_or_429(request, action="eds_login"):
        return too_many
    signing_request = request_signature(
        type=LOGIN.type,
        payload={},
        user=None,
        browser=browser_of(request),
        language=get_language() or settings.LANGUAGE_CODE,
        at=timezone.now(),
    )
    return redirect(sign_address(signing_request.pk, next_page(request)))
