"""What eGov Mobile asks of the portal: who wants a signature (API №1), and the document (API №2)."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from geoportal.lib.errors import DomainError
from geoportal.pages.signing.description import describe
from geoportal.pages.signing.egov_mobile import (
    NoSignature,
    Organisation,
    SignedOnPhoneCancelled,
    document_message,
    request_message,
    signature_of,
)
from geoportal.pages.signing.mobile_tokens import bears_document_token, document_token, is_address_token
from geoportal.problems import problem
from ingest import phone
from ingest.models import SigningRequest
from ingest.signing import refuse_spent, text_of

# A signature of 15 KB in base64 and the document around it, with room.
MAX_BYTES = 256 * 1024
LANGUAGES = ("kk", "ru", "en")


@never_cache
@require_safe
def egov_request(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    signing_request = scanned(pk, token)
    address = request.build_absolute_uri(reverse("egov-mobile-document", args=[pk, token]))
    with override(signing_request.language):
        message = request_message(
            description=describe(signing_request).title,
            expires_at=signing_request.expires_at.astimezone(ZoneInfo(settings.TIME_ZONE)),
            organisation=organisation(),
            document_url=address,
            token=document_token(signing_request),
        )
    return spent(signing_request) or JsonResponse(message)


@csrf_exempt  # The app has no cookie that somebody could abuse: it shows a token.
@never_cache
@require_http_methods(["GET", "HEAD", "PUT"])
def egov_document(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    signing_request = scanned(pk, token)
    if not bears_document_token(request.headers.get("Authorization", ""), signing_request):
        return problem(401, code="token_missing", detail=_("The token of this document is missing or wrong."))
    if request.method == "PUT":
        return taken(request, signing_request)
    return spent(signing_request) or JsonResponse(document(signing_request))


def scanned(pk: UUID, token: str) -> SigningRequest:
    """The text whose code was scanned. Http404 for a wrong token as for a text that there is not."""
    found = SigningRequest.objects.filter(pk=pk, content__isnull=False).select_related("user").first()
    if not settings.EGOV_MOBILE or found is None or not is_address_token(token, found):
        raise Http404
    return found


def spent(signing_request: SigningRequest) -> HttpResponse | None:
    try:
        refuse_spent(signing_request, timezone.now())
    except DomainError as error:
        return problem(410, code=error.code, detail=str(error))
    return None


def organisation() -> Organisation:
    return Organisation(
        name_kk=settings.EGOV_MOBILE_NAME_KK,
        name_ru=settings.EGOV_MOBILE_NAME_RU,
        name_en=settings.EGOV_MOBILE_NAME_EN,
        bin=settings.EGOV_MOBILE_BIN,
    )


def document(signing_request: SigningRequest) -> dict[str, object]:
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = describe(signing_request).title
    content = text_of(signing_request)
    with override(signing_request.language):
        meta = {_("What you sign"): content.decode(), "SHA-256": signing_request.content_sha256}
    return document_message(content, names=names, meta=meta)


def taken(request: HttpRequest, signing_request: SigningRequest) -> HttpResponse:
    """200: accepted, 403: the signature is bad; the guide knows no other. The page that waits is told why."""
    now = timezone.now()
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return problem(413, code="too_large", detail=_("This is too large for a signature."))
    try:
        phone.receive(signing_request, signature_of(body), at=now)
    except (NoSignature, SignedOnPhoneCancelled) as error:
        phone.refused(signing_request, code=error.code, at=now)
        return problem(400, code=error.code, detail=str(error))
    except DomainError as error:
        return problem(403, code=error.code, detail=str(error))
    return JsonResponse({})
