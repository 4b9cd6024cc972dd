"""The portal's addresses, and some that go wrong in every way there is, for tests of the answers."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, include, path
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geoportal.access import ACCESS, PUBLIC
from geoportal.lib.errors import DomainError
from geoportal.urls import handler400, handler403, handler404, handler500
from layers.filters import BadParameter
from layers.rows import NotThere

__all__ = ["handler400", "handler403", "handler404", "handler500"]

A_PERSON = "840101300123"
ERRORS: dict[str, Exception] = {
    "bug": RuntimeError("what the portal knows of 840101300123"),
    "missing": Http404("no row 7 in table secret"),
    "denied": PermissionDenied("only for the chief"),
    "suspicious": SuspiciousOperation("inner detail"),
    "bad-parameter": BadParameter("from", "A day is written like 2026-03-31."),
    "not-there": NotThere("There is no such thing."),
    "rule": DomainError("This may not happen.", code="some_rule"),
}
REST_ERRORS = {**ERRORS, "throttled": APIException("later"), "rest-missing": NotFound("not here")}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


def quote_a_row(request: HttpRequest) -> HttpResponse:
    """PostgreSQL says which value was not unique, on the second line of its message."""
    with connection.cursor() as cursor:
        cursor.execute("create temporary table person (iin text unique)")
        cursor.execute("insert into person values (%s), (%s)", [A_PERSON, A_PERSON])
    return HttpResponse()


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("posted")


class Failing(APIView):
    def get(self, request: Request, name: str) -> Response:
        raise REST_ERRORS[name]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<script nonce='{request.csp_nonce}'></script>")  # type: ignore[attr-defined]


urlpatterns = [
    path("api/v1/fail/<name>/", fail, name="test-api-fail"),
    path("api/v1/rest/<name>/", Failing.as_view(), name="test-api-rest"),
    path("api/v1/row/", quote_a_row, name="test-api-row"),
    path("api/v1/only-post/", only_post, name="test-api-only-post"),
    path("fail/<name>/", fail, name="test-fail"),
    path("page/", page, name="test-page"),
    path("", include("geoportal.urls")),
]
# The portal refuses what its table of access does not name.
ACCESS.update({str(route.name): PUBLIC for route in urlpatterns if isinstance(route, URLPattern)})
