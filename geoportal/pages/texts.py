"""The pages that explain: about, help, privacy, open data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from layers.catalogue import COLLECTIONS
from layers.statuses import STATUSES, Kind
from regions.models import Generation


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "geoportal/about.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    kinds = [
        {"kind": kind, "statuses": [status for status in STATUSES[kind] if status.group is not None]}
        for kind in (Kind.PROBLEM, Kind.NEED, Kind.INITIATIVE)
    ]
    return render(request, "geoportal/help.html", {"kinds": kinds})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "geoportal/privacy.html")


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    generations = Generation.objects.select_related("jurisdiction").defer("jurisdiction__outline")
    context = {
        "collections": COLLECTIONS.values(),
        "generations": generations.order_by("jurisdiction", "-valid_from"),
    }
    return render(request, "geoportal/open_data.html", context)
