"""Answers of last resort (Django's ``handler400`` …): a page for people, problem+json for programs."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from geoportal.problems import for_programs, problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_programs(request):
        return problem(400, code="bad_request", detail=_("The request cannot be understood."))
    return defaults.bad_request(request, exception)


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
