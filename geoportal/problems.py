"""Errors as RFC 9457 problem+json: the one table of error class -> HTTP status."""

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from geoportal.lib.errors import DomainError
from geoportal.log.asked import NotInLog
from geoportal.logs import request_id
from ingest.demo_authority import DemoAuthorityBroken
from ingest.report_problem import CannotRevise, NotYours
from ingest.signing import NoSuchRequest, Outdated, TooManyRequests
from layers.filters import BadParameter
from layers.rows import NotThere

STATUS: dict[type[DomainError], int] = {
    BadParameter: 400,
    CannotRevise: 409,
    DemoAuthorityBroken: 503,
    NoSuchRequest: 404,
    NotYours: 404,
    NotInLog: 404,
    NotThere: 404,
    Outdated: 409,
    TooManyRequests: 429,
}
MEDIA_TYPE = "application/problem+json"
RETRY_S = 5
logger = logging.getLogger(__name__)
# Below these, programs read the answer; everywhere else a person does.
PROGRAM_PATHS = (
    *("/api/", "/tiles/", "/ogc/", "/export/", "/open311/", "/feeds/", "/metrics"),
    *("/log/checkpoint", "/log/tile/", "/log/entries/", "/log/proof/", "/log/keys"),
)


def for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAM_PATHS)


def status_for(error: DomainError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def problem(status: int, *, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """A problem document; ``field`` is the parameter at fault, ``detail`` is in the reader's language.

    ``title`` is HTTP's own name of the status, as RFC 9457 wants it for ``about:blank``.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if field is not None:
        body["field"] = field
    if current := request_id.get():
        body["request_id"] = current
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type=f"{MEDIA_TYPE}; charset=utf-8",
        # Caches may keep a 404 that does not forbid it (RFC 9110, 15.1): of a tile that is there in a moment.
        headers={"Cache-Control": "no-store"},
    )


def problem_of(error: DomainError) -> HttpResponse:
    return problem(status_for(error), code=error.code, detail=str(error), field=error.field)


class ProblemJson:
    """Turns a domain error that a view let through, and a refused method, into problem documents; for people
    the error is a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and for_programs(request):
            refused = problem(
                405, code="method_not_allowed", detail=_("This address cannot be used in that way.")
            )
            refused.headers["Allow"] = response.headers["Allow"]
            return refused
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return problem_of(error) if for_programs(request) else refused_page(request, error)
        if isinstance(error, OperationalError | InterfaceError):
            logger.exception("the database is away or too slow")
            return unavailable(error) if for_programs(request) else unavailable_page(error)
        return None


def refused_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    return render(request, "refused.html", {"why": str(error)}, status=status_for(error))


def is_too_slow(error: Exception) -> bool:
    """A statement took longer than its address may (geoportal/time_limits.py)."""
    return isinstance(error.__cause__, QueryCanceled)


def unavailable(error: Exception) -> HttpResponse:
    """The database is away, or a statement took longer than it may."""
    if is_too_slow(error):
        detail = _("This takes too long right now. Ask for less, or try again soon.")
        answer = problem(503, code="too_slow", detail=detail)
    else:
        detail = _("The portal cannot answer right now. Try again soon.")
        answer = problem(503, code="unavailable", detail=detail)
    answer.headers["Retry-After"] = str(RETRY_S)
    return answer


def unavailable_page(error: Exception) -> HttpResponse:
    """The same for people. Like that of a bug, the page asks the database nothing."""
    page = render_to_string("503.html", {"is_too_slow": is_too_slow(error)})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_S)})


def rest_exception(error: Exception, context: dict[str, Any]) -> Response | HttpResponse | None:
    """The same for views of REST framework, whose own errors keep their status."""
    if isinstance(error, DomainError):
        return problem_of(error)
    if isinstance(error, OperationalError | InterfaceError):
        logger.exception("the database is away or too slow")
        return unavailable(error)
    if isinstance(error, Http404):
        return problem(404, code="not_found", detail=_("There is nothing at this address."))
    if isinstance(error, PermissionDenied):
        return problem(403, code="forbidden", detail=_("This is not allowed."))
    if isinstance(error, APIException):
        return problem(error.status_code, code=str(error.default_code), detail=str(error.detail))
    return None
