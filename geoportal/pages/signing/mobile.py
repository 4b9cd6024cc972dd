"""The page that waits while somebody signs on a phone."""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from geoportal.lib.errors import DomainError
from geoportal.pages.account.login import next_page
from geoportal.pages.signing.addresses import after_consumed, sign_address
from geoportal.pages.signing.egov_mobile import EGOV_BUSINESS, EGOV_MOBILE, launch_link, qr_text
from geoportal.pages.signing.mobile_tokens import address_token
from geoportal.pages.signing.outcome import accept, told, told_of_code
from geoportal.pages.signing.owner import theirs
from geoportal.pages.signing.views import shown
from ingest import phone
from ingest.models import SigningRequest

POLL_SECONDS = 3


@never_cache
@require_safe
def mobile_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    signing_request = on_offer(request, pk)
    if signing_request.consumed_at is not None:
        return redirect(after_consumed(request, signing_request))
    if timezone.now() > signing_request.expires_at:
        return redirect(sign_address(pk, next_page(request)))
    return render(request, "geoportal/signing/phone.html", waiting(request, signing_request))


@never_cache
@require_safe
def mobile_status(request: HttpRequest, pk: UUID) -> JsonResponse:
    """``{"moved": true}`` when the page, which shows the state ``seen``, has something new to show."""
    return JsonResponse({"moved": state_of(on_offer(request, pk)) != request.GET.get("seen")})


@require_POST
def mobile_finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Signs in, in the browser that asked for it, whoever has signed on the phone."""
    signing_request = on_offer(request, pk)
    answer = phone.answer_to(signing_request)
    if signing_request.consumed_at is not None or answer is None or answer.signature is None:
        return redirect("sign-mobile", pk)
    phone.forget(signing_request)
    try:
        return redirect(accept(request, signing_request, bytes(answer.signature), at=timezone.now()))
    except DomainError as error:
        return shown(request, signing_request, told(error))


def on_offer(request: HttpRequest, pk: UUID) -> SigningRequest:
    if not settings.EGOV_MOBILE:
        raise Http404
    return theirs(request, pk)


def waiting(request: HttpRequest, signing_request: SigningRequest) -> dict[str, Any]:
    """What the page shows: the code, the links that open the apps, and what came of it so far."""
    token = address_token(signing_request)
    link = request.build_absolute_uri(reverse("egov-mobile-request", args=[signing_request.pk, token]))
    answer = phone.answer_to(signing_request)
    status_url = reverse("sign-mobile-status", args=[signing_request.pk])
    return {
        "signing_request": signing_request,
        "next": next_page(request),
        "back": sign_address(signing_request.pk, next_page(request)),
        "is_signed": answer is not None and answer.signature is not None,
        "refusal": told_of_code(answer.refusal) if answer and answer.refusal else None,
        "qr": qr_svg(qr_text(link)),
        "deep_link": launch_link(link, EGOV_MOBILE),
        "business_link": launch_link(link, EGOV_BUSINESS),
        "waiting": {
            "status_url": f"{status_url}?seen={state_of(signing_request)}",
            "seconds": POLL_SECONDS,
        },
    }


def state_of(signing_request: SigningRequest) -> str:
    """A text that differs when something has happened."""
    if signing_request.consumed_at is not None:
        return "signed"
    if timezone.now() > signing_request.expires_at:
        return "expired"
    answer = phone.answer_to(signing_request)
    return str(int(answer.arrived_at.timestamp() * 1000)) if answer else "waiting"


def qr_svg(text: str) -> SafeString:
    """The code as SVG for a page: dark on light whatever the page's colours, since cameras want it so."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))
