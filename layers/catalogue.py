"""The catalogue: each layer described once. Tiles, API, OGC, exports and the legend only read these
descriptions.

What is not listed in a collection's ``fields`` is not public, on any surface.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from layers.filters import SHARED_PARAMETERS, Filters, parse_filters
from layers.rows import NotThere, feature_rows, region_rows, settlement_rows
from layers.snapshot import process, query
from layers.statuses import Kind

FieldType = Literal["string", "integer", "number", "boolean", "date-time"]


@dataclass(frozen=True)
class Field:
    """One public property. ``path`` is where the ORM finds it; ``in_tiles``: also carried by vector tiles."""

    name: str
    type: FieldType
    title: Any
    path: str = ""
    in_tiles: bool = False

    @property
    def source(self) -> str:
        return self.path or self.name


@dataclass(frozen=True)
class Collection:
    """A layer of the map under its public name.

    ``kind`` is set for features (counted cells at low zooms), None for reference layers (their own geometry,
    simplified per zoom). ``rows`` turns filters into public rows, ``geometry`` names their geometry column
    (EPSG:4326).
    """

    name: str
    title: Any
    description: Any
    fields: tuple[Field, ...]
    parameters: tuple[str, ...]
    rows: Callable[[Filters], QuerySet[Any]]
    geometry: str
    # Keyset order of lists, newest or most important first; the last name is unique.
    order: tuple[str, ...]
    min_zoom: int
    max_zoom: int
    kind: Kind | None = None

    def parse(self, params: QueryDict, own: tuple[str, ...] = ()) -> Filters:
        """The filters in a query; ``own`` names what the surface reads itself. Raises BadParameter."""
        return parse_filters(params, kind=self.kind, allowed=self.parameters, own=own)

    def count(self, filters: Filters) -> int:
        """How many public rows match: exact, by the snapshot or from indexes."""
        state = process.current() if self.kind else None
        if self.kind and state and query.is_answerable(filters):
            return query.count(state.shards, self.kind, filters)
        return self.rows(filters).count()


def _features(kind: Kind, name: str, title: Any, description: Any) -> Collection:
    return Collection(
        name=name,
        title=title,
        description=description,
        kind=kind,
        fields=(
            Field("id", "integer", _("number"), in_tiles=True),
            Field("kind", "string", _("kind"), in_tiles=True),
            Field("title", "string", _("title")),
            Field("text", "string", _("text")),
            Field("language", "string", _("language of the text")),
            Field("address", "string", _("address")),
            Field("category", "string", _("category"), "category_id", in_tiles=True),
            Field("status", "string", _("status"), in_tiles=True),
            Field("jurisdiction", "string", _("jurisdiction"), "jurisdiction_id"),
            Field("oblast", "string", _("KATO of the oblast")),
            Field("rayon", "string", _("KATO of the rayon")),
            Field("received_at", "date-time", _("received")),
            Field("first_response_at", "date-time", _("first response")),
            Field("due_at", "date-time", _("due")),
            Field("resolved_at", "date-time", _("resolved")),
            Field("closed_at", "date-time", _("closed")),
            Field("source", "string", _("source")),
            Field("is_demo", "boolean", _("demonstration data")),
        ),
        parameters=SHARED_PARAMETERS,
        rows=partial(feature_rows, kind),
        geometry="geom",
        order=("-received_at", "-id"),
        min_zoom=0,
        max_zoom=16,
    )


COLLECTIONS: dict[str, Collection] = {
    collection.name: collection
    for collection in (
        Collection(
            name="regions",
            title=_("Regions"),
            description=_("Oblasts, cities of republican significance and rayons."),
            fields=(
                Field("id", "integer", _("number"), in_tiles=True),
                Field("code", "string", "KATO", in_tiles=True),
                Field("iso", "string", "ISO 3166-2"),
                Field("level", "integer", _("level"), in_tiles=True),
                Field("kind", "string", _("kind"), in_tiles=True),
                Field("parent", "string", _("KATO of the oblast"), "parent__code"),
                Field("name_kk", "string", _("name in Kazakh"), in_tiles=True),
                Field("name_ru", "string", _("name in Russian"), in_tiles=True),
                Field("name_en", "string", _("name in English"), in_tiles=True),
                Field("area_km2", "number", _("area on the ellipsoid, km²")),
                Field("official_area_km2", "number", _("official area, km²")),
            ),
            parameters=("region", "bbox", "q", "at", "level"),
            rows=region_rows,
            geometry="geom",
            order=("level", "code", "id"),
            min_zoom=0,
            max_zoom=12,
        ),
        Collection(
            name="settlements",
            title=_("Settlements"),
            description=_("Cities, towns and villages."),
            fields=(
                Field("id", "integer", _("number"), in_tiles=True),
                Field("name_kk", "string", _("name in Kazakh"), in_tiles=True),
                Field("name_ru", "string", _("name in Russian"), in_tiles=True),
                Field("name_en", "string", _("name in English"), in_tiles=True),
                Field("population", "integer", _("population"), in_tiles=True),
                Field("is_capital", "boolean", _("capital of the country"), in_tiles=True),
                Field("is_centre", "boolean", _("centre of an oblast"), in_tiles=True),
                Field("min_zoom", "integer", _("first zoom where it is shown"), in_tiles=True),
                Field("oblast", "string", _("KATO of the oblast")),
                Field("rayon", "string", _("KATO of the rayon")),
            ),
            parameters=("region", "bbox", "q"),
            rows=settlement_rows,
            geometry="point",
            order=("-population", "id"),
            min_zoom=0,
            max_zoom=12,
        ),
        _features(
            Kind.PROBLEM,
            "problems",
            _("Problems"),
            _("Something broken that an authority must solve (Azamattyk Bakhylay)."),
        ),
        _features(Kind.NEED, "needs", _("Needs"), _("What a place lacks (Azamattyk bastamalar kartasy).")),
        _features(
            Kind.INITIATIVE,
            "initiatives",
            _("Initiatives"),
            _("A proposal to meet needs, with partners, budget and milestones."),
        ),
    )
}


def collection_named(name: str) -> Collection:
    """Raises NotThere for a name that the catalogue does not have."""
    try:
        return COLLECTIONS[name]
    except KeyError:
        raise NotThere(
            gettext("There is no collection “%(name)s”.") % {"name": name}, field="collection"
        ) from None
