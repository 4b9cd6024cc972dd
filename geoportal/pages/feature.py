"""``/problems/{id}/`` and its sisters: everything public about one feature, on one page that prints well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geoportal.map_config import minimap_config
from geoportal.pages.places import region_names
from layers.catalogue import COLLECTIONS
from layers.models import Feature
from layers.statuses import Group, Kind

PREVIEW_LETTERS = 200
# Close enough to see the streets around it.
MAP_ZOOM = 14
COLLECTION_OF = {collection.kind: name for name, collection in COLLECTIONS.items() if collection.kind}


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. ``note`` says more, e.g. that the day has passed."""

    code: str
    title: str
    at: datetime
    is_past: bool
    note: str = ""


@require_safe
def feature_page(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    feature = _public_feature(kind, pk)
    point = feature.geom if isinstance(feature.geom, Point) else feature.geom.point_on_surface
    context = {
        "feature": feature,
        "kind": kind,
        "collection": COLLECTION_OF[kind],
        "regions": _regions(feature),
        "moments": timeline(feature, now=timezone.now()),
        "point": point,
        # With a point in every language: people copy it into other maps.
        "position": f"{point.y:.5f}, {point.x:.5f}",
        "text_language": _language_name(feature.language) if feature.language != get_language() else "",
        "map_query": f"?show={COLLECTION_OF[kind]}/{pk}#map={MAP_ZOOM}/{point.y:.5f}/{point.x:.5f}",
        "geojson_url": f"/api/v1/{COLLECTION_OF[kind]}/{pk}/",
        "preview": _preview(feature),
        "minimap": minimap_config(),
    }
    return render(request, "geoportal/feature.html", context)


def _public_feature(kind: Kind, pk: int) -> Feature:
    rows = Feature.objects.of_kind(kind).public().select_related("category__parent", "jurisdiction")
    try:
        return rows.defer("jurisdiction__outline").get(pk=pk)
    # A number beyond bigint is answered by Django as "does not exist", without a query.
    except Feature.DoesNotExist:
        raise Http404 from None


def _language_name(code: str) -> str:
    return str(dict(settings.LANGUAGES)[code])


def _preview(feature: Feature) -> str:
    """What a shared link says under the title: the beginning of the text, or at least what it is about."""
    words = " ".join(feature.text.split())
    about = f"{feature.category.name}: {feature.life_status.title}"
    return str(Truncator(words or about).chars(PREVIEW_LETTERS))


def _regions(feature: Feature) -> list[dict[str, Any]]:
    """Oblast, then rayon: only those whose name is known."""
    names = region_names(feature.jurisdiction_id, (feature.oblast, feature.rayon))
    return [{"code": code, "name": names[code]} for code in (feature.oblast, feature.rayon) if code in names]


def timeline(feature: Feature, *, now: datetime) -> list[Moment]:
    """What happened and what is due, in order of time."""
    moments = [
        ("received", _("Received"), feature.received_at),
        ("first_response", _("First response"), feature.first_response_at),
        ("due", _("Due"), feature.due_at),
        ("resolved", _("Resolved"), feature.resolved_at),
        ("closed", _("Closed"), feature.closed_at),
    ]
    is_overdue = bool(feature.due_at and feature.due_at < now and feature.life_status.group == Group.OPEN)
    return [
        Moment(code, title, at, at <= now, _("overdue") if code == "due" and is_overdue else "")
        for code, title, at in sorted(
            ((code, title, at) for code, title, at in moments if at is not None), key=lambda m: m[2]
        )
    ]
