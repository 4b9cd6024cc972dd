"""The pages that explain: about, help, privacy, open data."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geoportal.context import credit_of
from layers.catalogue import COLLECTIONS
from layers.statuses import STATUSES
from regions.models import Generation

FEATURES = [collection for collection in COLLECTIONS.values() if collection.kind is not None]


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "geoportal/about.html", {"collections": FEATURES})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    kinds = [
        {
            "kind": collection.kind,
            "collection": collection.name,
            "title": collection.title,
            "description": collection.description,
            "statuses": [status for status in STATUSES[collection.kind] if status.group is not None],
        }
        for collection in FEATURES
        if collection.kind is not None
    ]
    return render(request, "geoportal/help.html", {"kinds": kinds})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "basemap_host": urlsplit(settings.BASEMAP_STYLE_URL).netloc,
        "geocoder_host": urlsplit(settings.GEOCODER_URL).netloc,
    }
    return render(request, "geoportal/privacy.html", context)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    generations = Generation.objects.select_related("jurisdiction").defer("jurisdiction__outline")
    context = {
        "home": request.build_absolute_uri(reverse("map")),
        "collections": COLLECTIONS.values(),
        "generations": [
            {"generation": generation, "credit": credit_of(generation.attribution)}
            for generation in generations.order_by("jurisdiction", "-valid_from")
        ],
    }
    return render(request, "geoportal/open_data.html", context)
