"""Errors as RFC 9457 problem+json: the one table of error class -> HTTP status."""

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from geoportal.lib.errors import DomainError
from layers.filters import BadParameter
from layers.rows import NotThere

STATUS: dict[type[DomainError], int] = {BadParameter: 400, NotThere: 404}


def status_for(error: DomainError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def problem(status: int, *, code: str, detail: str, field: str | None = None) -> HttpResponse:
    """A problem document; ``field`` is the parameter at fault, ``detail`` a sentence in the reader's language."""
    body: dict[str, Any] = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    if field is not None:
        body["field"] = field
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json; charset=utf-8",
    )


def problem_of(error: DomainError) -> HttpResponse:
    return problem(status_for(error), code=error.code, detail=str(error), field=error.field)


class ProblemJson:
    """Turns a domain error that a view let through into its problem document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return problem_of(error) if isinstance(error, DomainError) else None


def rest_exception(error: Exception, context: dict[str, Any]) -> Response | HttpResponse | None:
    """The same for views of REST framework, whose own errors keep their status."""
    if isinstance(error, DomainError):
        return problem_of(error)
    if isinstance(error, Http404):
        return problem(404, code="not_found", detail=str(error))
    if isinstance(error, PermissionDenied):
        return problem(403, code="forbidden", detail=str(error))
    if isinstance(error, APIException):
        return problem(error.status_code, code=str(error.default_code), detail=str(error.detail))
    return None
