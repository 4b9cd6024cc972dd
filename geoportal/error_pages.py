"""Answers of last resort (Django's ``handler400`` …): a page for people, problem+json for programs."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from geoportal.problems import for_programs, problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_programs(request):
        return problem(400, code="bad_request", detail=_("The request cannot be understood."))
    # Without the request: reading its host or its query again would fail again.
    return HttpResponse(render_to_string("400.html"), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: what else is forbidden looks the same."""
    return forbidden(request, PermissionDenied(reason))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_programs(request):
        return problem(403, code="forbidden", detail=_("This is not allowed."))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_programs(request):
        return problem(404, code="not_found", detail=_("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Says the request id, which is in the log with the cause. The page needs no database and no session."""
    request_id = getattr(request, "request_id", "")
    if for_programs(request):
        detail = _("Something went wrong here. It has been noted as %(id)s.") % {"id": request_id}
        return problem(500, code="server_error", detail=detail)
    return HttpResponse(render_to_string("500.html", {"request_id": request_id}), status=500)
