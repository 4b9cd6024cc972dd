"""``/problems/``, ``/needs/``, ``/initiatives/``: the map's data as lists, with the same filters."""

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe

from geoportal.pages.filter_form import filter_form, tidy_address
from geoportal.pages.paging import rows_after
from geoportal.pages.places import region_names
from layers.catalogue import COLLECTIONS, Collection
from layers.facets import facets
from layers.filters import BadParameter, Filters
from layers.models import Feature
from layers.paging import gathered
from layers.statuses import Kind

OWN_PARAMETERS = ("next",)
COUNTED: dict[Kind | None, Any] = {
    Kind.PROBLEM: ngettext_lazy("%(count)s problem", "%(count)s problems", "number"),
    Kind.NEED: ngettext_lazy("%(count)s need", "%(count)s needs", "number"),
    Kind.INITIATIVE: ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "number"),
}


@require_safe
def list_page(request: HttpRequest, name: str) -> HttpResponse:
    collection = COLLECTIONS[name]
    tidy = tidy_address(request.GET)
    if tidy is not None:
        return HttpResponseRedirect(f"{reverse(name)}?{tidy}" if tidy else reverse(name))
    context: dict[str, Any] = {"collection": collection}
    status = 200
    counts = None
    try:
        filters = collection.parse(request.GET, own=OWN_PARAMETERS)
        counts = facets(collection, filters)
        context |= _results(collection, filters, request, counts.total)
    except BadParameter as error:
        context["error"] = {"field": error.field, "message": str(error)}
        status = 400
    context["form"] = filter_form(collection, request.GET, counts)
    return render(request, "geoportal/list.html", context, status=status)


def _results(collection: Collection, filters: Filters, request: HttpRequest, total: int) -> dict[str, Any]:
    rows = (
        gathered(collection.rows(filters), total)
        .select_related("category", "jurisdiction")
        .defer("geom", "jurisdiction__outline")
    )
    page = rows_after(collection, rows, request.GET.get("next", ""))
    return {
        "total_text": COUNTED[collection.kind] % {"number": total, "count": intcomma(total)},
        "rows": _with_places(filters.jurisdiction, page.rows),
        "is_first": not request.GET.get("next"),
        "first_query": _query(request, next_page=""),
        "next_query": _query(request, next_page=page.next) if page.next else "",
    }


def _with_places(jurisdiction: str, features: list[Feature]) -> list[dict[str, Any]]:
    names = region_names(jurisdiction, {code for f in features for code in (f.oblast, f.rayon)})
    return [
        {
            "feature": feature,
            "place": ", ".join(names[code] for code in (feature.rayon, feature.oblast) if code in names),
        }
        for feature in features
    ]


def _query(request: HttpRequest, *, next_page: str) -> str:
    query = request.GET.copy()
    query.pop("next", None)
    if next_page:
        query["next"] = next_page
    return query.urlencode(safe=",")
