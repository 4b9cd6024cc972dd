"""``/report/problem/``: a citizen describes a problem; the next page asks for the signature."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geoportal.accounts.models import User
from geoportal.pages.filter_form import Option, OptionGroup
from geoportal.problems import status_for
from ingest.acts import BadFields
from ingest.models import SigningRequest
from ingest.report_problem import (
    DECIMALS,
    CannotRevise,
    NotYours,
    open_to_revision,
)
from ingest.signing import TooManyRequests, request_signature
from layers.models import Category, Feature

FIELDS = ("title", "text", "category", "language", "lat", "lon", "address")
NUMBER = r"-?\d{1,3}(?:\.\d{1,15})?"
# As in an address of the map: ?at=lon,lat
PLACE = re.compile(rf"(?P<lon>{NUMBER}),(?P<lat>{NUMBER})")


@require_http_methods(["GET", "HEAD", "POST"])
def report_problem(request: HttpRequest) -> HttpResponse:
    place = PLACE.fullmatch(request.GET.get("at", ""))
    empty = {"language": get_language(), **(place.groupdict() if place else {})}
    return _form(request, "problem.submit", empty)


@require_http_methods(["GET", "HEAD", "POST"])
def revise_problem(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        problem = open_to_revision(pk, _user(request))
    except NotYours:
        raise Http404 from None
    except CannotRevise as error:
        return render(request, "geoportal/report.html", {"refusal": str(error)}, status=409)
    return _form(request, "problem.revise", _said(problem), problem=problem)


def _form(
    request: HttpRequest, type: str, values: Mapping[str, Any], problem: Feature | None = None
) -> HttpResponse:
    """The form; when it was sent and all is well, the page that asks for the signature."""
    context: dict[str, Any] = {"problem": problem, "errors": {}}
    status = 200
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            return redirect("sign", _asked(request, type, values, problem).pk)
        except BadFields as error:
            context["errors"], status = error.errors, status_for(error)
        except (TooManyRequests, CannotRevise) as error:
            context["refusal"], status = str(error), status_for(error)
    context |= {"values": values, "categories": _categories(str(values.get("category", "")))}
    context["languages"] = [
        Option(code, str(name), code == values.get("language")) for code, name in settings.LANGUAGES
    ]
    return render(request, "geoportal/report.html", context, status=status)


def _asked(
    request: HttpRequest, type: str, values: Mapping[str, Any], problem: Feature | None
) -> SigningRequest:
    return request_signature(
        type=type,
        payload=values if problem is None else {**values, "problem": problem.pk},
        user=_user(request),
        browser="",
        language=get_language() or settings.LANGUAGE_CODE,
        at=timezone.now(),
    )


def _user(request: HttpRequest) -> User:
    """The table of access lets nobody else in (geoportal/access.py)."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _said(problem: Feature) -> dict[str, Any]:
    """The fields as the last revision has them."""
    return {
        "title": problem.title,
        "text": problem.text,
        "category": problem.category_id,
        "language": problem.language,
        "lat": f"{problem.geom.y:.{DECIMALS}f}",
        "lon": f"{problem.geom.x:.{DECIMALS}f}",
        "address": problem.address,
    }


def _categories(selected: str) -> list[OptionGroup]:
    """A parent heads its group; for what none of its children fits it stands last in it."""
    rows = list(Category.objects.order_by("position", "code"))
    groups = {row.code: OptionGroup(row.name) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            groups[row.parent_id].options.append(Option(row.code, row.name, row.code == selected))
    for code, group in groups.items():
        name = _("%(category)s: something else") % {"category": group.title}
        group.options.append(Option(code, name, code == selected))
    return list(groups.values())
