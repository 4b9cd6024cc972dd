"""TileJSON 3.0.0 (github.com/mapbox/tilejson-spec): what a client must know to draw a layer's tiles."""

from typing import Any

from django.contrib.gis.db.models import Extent
from django.http import QueryDict
from django.utils.translation import gettext as _

from layers.catalogue import Collection, Field
from layers.filters import Filters
from layers.statuses import Group
from regions.boundaries import generation_at
from regions.models import Generation, Jurisdiction

WORLD = (-180.0, -85.0511, 180.0, 85.0511)
# The specification wants a description of each field; its examples begin with the type.
TYPES = {
    "string": "String",
    "date-time": "String",
    "integer": "Number",
    "number": "Number",
    "boolean": "Boolean",
}
# The reader's language is no part of a tile.
NOT_CARRIED_ON = ("lang",)


def tilejson(collection: Collection, filters: Filters, *, address: str, asked: QueryDict) -> dict[str, Any]:
    """``address`` is that of the folder of tiles, absolute; ``asked`` the parameters that tiles take over."""
    zooms = {"minzoom": collection.min_zoom, "maxzoom": collection.max_zoom}
    return {
        "tilejson": "3.0.0",
        "name": str(collection.title),
        "description": str(collection.description),
        "attribution": attribution(collection, filters),
        "scheme": "xyz",
        "tiles": [f"{address}{{z}}/{{x}}/{{y}}.mvt{carried_on(asked)}"],
        "bounds": bounds(filters.jurisdiction),
        **zooms,
        "vector_layers": [
            {
                "id": collection.name,
                "description": str(collection.title),
                "fields": {field.name: described(field) for field in tile_fields(collection)},
                **zooms,
            }
        ],
    }


def tile_fields(collection: Collection) -> list[Field]:
    """What a feature of the tiles may carry: the public fields that tiles have, and a cell's counts."""
    fields = [field for field in collection.fields if field.in_tiles]
    if collection.kind is None:
        return fields
    counts = [Field("count", "integer", _("how many features a cell holds"))]
    # Translators: a status group's name, in a cell of the map: how many of its features are open, solved …
    words = [_("of them with status “%(group)s”") % {"group": group.label} for group in Group]
    counts += [Field(group.value, "integer", text) for group, text in zip(Group, words, strict=True)]
    return fields + counts


def described(field: Field) -> str:
    return f"{TYPES[field.type]}: {field.title}"


def carried_on(asked: QueryDict) -> str:
    query = asked.copy()
    for name in NOT_CARRIED_ON:
        query.pop(name, None)
    text = query.urlencode(safe=",:")
    return f"?{text}" if text else ""


def bounds(jurisdiction: str) -> list[float]:
    box = Jurisdiction.objects.filter(pk=jurisdiction).aggregate(box=Extent("outline"))["box"]
    return [round(degrees, 6) for degrees in box or WORLD]


def attribution(collection: Collection, filters: Filters) -> str:
    """Whom to credit. Features are the portal's own open data."""
    if collection.kind:
        return "CC BY 4.0"
    if collection.name == "settlements":
        return "GeoNames (https://www.geonames.org/)"
    if filters.generation:
        generation = Generation.objects.filter(pk=filters.generation).first()
    else:
        generation = generation_at(filters.jurisdiction)
    return generation.attribution if generation else ""
