"""What the map's scripts are told: addresses, filters, categories, regions, words; they hard-code none of it.

Everything here is public and the same for all readers of one language.
"""

from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.core.cache import caches
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geoportal.basemap import basemap_address
from geoportal.context import Credit, boundary_credits
from geoportal.lib.replicas import reading
from geoportal.lib.sql import statement
from geoportal.map_texts import date_texts, library_texts, map_texts
from layers.catalogue import COLLECTIONS, Collection
from layers.models import Category
from layers.statuses import PRIVATE_STATUSES, STATUSES, Group, Kind
from regions.boundaries import generation_at
from regions.models import Generation, Jurisdiction, Region, RegionKind

# Boundaries change when they are loaded, not when the page is read.
CACHE_SECONDS = 300
# How often an open map asks whether something changed.
CHANGES_SECONDS = 10
# Another web process may hear of it this much later, and must not be asked before.
CHANGES_SETTLE_SECONDS = 1
FEATURE_LAYERS = [c for c in COLLECTIONS.values() if c.kind]
# The world, for a portal that has no jurisdiction yet.
WORLD = [-180.0, -80.0, 180.0, 80.0]


def map_config() -> dict[str, Any]:
    """The map page's configuration, ready for ``json_script``."""
    return minimap_config() | {
        "date": date_texts(),
        "layers": [_layer(collection) for collection in FEATURE_LAYERS],
        "groups": [{"code": group.value, "title": capfirst(str(group.label))} for group in Group],
        "categories": categories(),
        "jurisdiction": settings.DEFAULT_JURISDICTION,
        "jurisdictions": jurisdictions(),
        "regions": region_places(),
        "place_kinds": place_kinds(),
        "search_url": f"{_api()}search/",
        "changes_url": f"{_api()}changes/",
        "changes_seconds": CHANGES_SECONDS,
        "changes_settle_seconds": CHANGES_SETTLE_SECONDS,
        "sprite": static("geoportal/icons/sprite.svg"),
        "text": map_texts(),
    }


def minimap_config() -> dict[str, Any]:
    """What a map needs that shows one place and nothing to choose from."""
    return {
        "language": get_language(),
        "layers": [],
        "regions": [],
        "reference": {name: _tiles(name) for name in ("regions", "settlements")},
        "map_style": static("vendor/maplibre-gl.css"),
        "credits": credits(),
        "basemap": basemap(),
        "library_text": library_texts(),
    }


def _api() -> str:
    return f"{reverse('map')}api/v1/"


def _tiles(name: str) -> str:
    return f"{reverse('map')}tiles/{name}/{{z}}/{{x}}/{{y}}.mvt"


def _layer(collection: Collection) -> dict[str, Any]:
    kind = Kind(str(collection.kind))
    public = [status for status in STATUSES[kind] if status.code not in PRIVATE_STATUSES]
    return {
        "name": collection.name,
        "kind": kind.value,
        "title": str(collection.title),
        "kind_title": capfirst(str(kind.label)),
        "max_zoom": collection.max_zoom,
        "tiles": _tiles(collection.name),
        "api": f"{_api()}{collection.name}/",
        "facets": f"{_api()}{collection.name}/facets/",
        "histogram": f"{_api()}{collection.name}/histogram/",
        "item_api": f"{_api()}{collection.name}/{{id}}/",
        "page": f"{reverse(collection.name)}{{id}}/",
        "list": reverse(collection.name),
        "statuses": [
            {"code": status.code, "group": str(status.group), "title": capfirst(str(status.title))}
            for status in public
        ],
    }


def categories() -> list[dict[str, Any]]:
    """Parents first, each in its order; ``parent`` is None for a parent."""
    rows = Category.objects.order_by("position", "code")
    return [{"code": row.code, "parent": row.parent_id, "name": row.name} for row in rows]


def jurisdictions() -> list[dict[str, Any]]:
    """The default one first; ``bounds`` are west, south, east, north."""
    rows = Jurisdiction.objects.annotate(box=Extent("outline")).defer("outline")
    found = [
        {"code": row.code, "name": row.name, "time_zone": row.time_zone, "bounds": list(row.box or WORLD)}
        for row in rows
    ]
    return sorted(found, key=lambda each: (each["code"] != settings.DEFAULT_JURISDICTION, each["name"]))


def region_places() -> list[dict[str, Any]]:
    """Regions of the default jurisdiction in force now, by name: box and label's point (degrees)."""
    generation = generation_at(settings.DEFAULT_JURISDICTION)
    if generation is None:
        return []
    key = f"map-regions-{generation.pk}-{generation.loaded_at:%s}-{get_language()}"
    return caches["process"].get_or_set(key, lambda: _region_places(generation), CACHE_SECONDS) or []


def _region_places(generation: Generation) -> list[dict[str, Any]]:
    with reading().cursor() as cursor:
        cursor.execute(statement("geoportal", "region_places"), {"generation": generation.pk})
        places = {code: [round(number, 4) for number in numbers] for code, *numbers in cursor.fetchall()}
    regions = (
        Region.objects.filter(generation=generation).select_related("parent").defer("geom", "parent__geom")
    )
    found = [
        {
            "code": region.code,
            "level": region.level,
            "kind": region.kind,
            "parent": region.parent.code if region.parent else None,
            "name": region.name,
            "bounds": places[region.code][:4],
            "label": places[region.code][4:],
        }
        for region in regions
    ]
    return sorted(found, key=lambda each: (each["level"], each["name"]))


def place_kinds() -> dict[str, str]:
    """What a found place is: a city is both a settlement and a unit with boundaries, under one name."""
    regions = {kind.value: capfirst(str(kind.label)) for kind in RegionKind}
    return regions | {"settlement": _("Settlement"), "address": _("Address")}


def credits() -> list[dict[str, str]]:
    """Whom the map has its lines and names from."""
    found = [*boundary_credits(), Credit("GeoNames", "https://www.geonames.org/")]
    if settings.BASEMAP_ATTRIBUTION:
        found.append(Credit(settings.BASEMAP_ATTRIBUTION))
    return [{"name": credit.name, "url": credit.url} for credit in found]


def basemap() -> dict[str, str]:
    """What lies under the data. ``kind``: ``own`` (our tiles alone), ``style`` or ``pmtiles``."""
    if settings.BASEMAP_STYLE_URL:
        kind, url = "style", settings.BASEMAP_STYLE_URL
    else:
        url = basemap_address()
        kind = "pmtiles" if url else "own"
    return {"kind": kind, "url": url, "attribution": settings.BASEMAP_ATTRIBUTION}
