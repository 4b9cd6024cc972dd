"""For whoever keeps the portal running: is it alive, is it ready, what does it measure."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from geoportal import metrics, readiness
from geoportal.problems import problem

LOOPBACK = {"127.0.0.1", "::1", ""}  # empty: a socket file, which has no address
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers; asks no database, so that a failing one restarts no process."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part can serve, else 503; the body names each part and what it lacks."""
    found = readiness.answers()
    failing = [name for name, answer in found.items() if not answer.ok]
    body = {
        "status": "not ready" if failing else "ready",
        "failing": failing,
        "checks": {name: {"ok": answer.ok, "detail": answer.detail} for name, answer in found.items()},
    }
    return JsonResponse(body, status=503 if failing else 200)


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    if not may_read_metrics(request):
        return problem(403, code="forbidden", detail=_("The measurements of this portal are not public."))
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """With METRICS_TOKEN set, whoever bears it; else programs of this machine that come without a proxy.

    A proxy on the same machine makes everybody look local, so a request that one has touched is not.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    forwarded = any(name in request.headers for name in FORWARDED)
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not forwarded
