"""The parameters of addresses as OpenAPI describes them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from layers.catalogue import Collection
from layers.facets import MAX_BINS, Interval
from layers.filters import MAX_QUERY_LENGTH, MAX_VALUES
from layers.statuses import STATUSES, Group, Kind
from regions.models import LEVEL_OBLAST, LEVEL_RAYON


def filter_parameters(collection: Collection) -> tuple[OpenApiParameter, ...]:
    """The collection's own filters, in its order."""
    return tuple(SHARED[name](collection) for name in collection.parameters)


def limit_parameter(*, default: int, most: int) -> OpenApiParameter:
    return OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": most, "default": default},
        description=_("The most to send; more than the maximum gives the maximum."),
    )


def next_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "next", str, description=_("The page after this one: take the link “next” of the answer as it is.")
    )


def interval_parameter() -> OpenApiParameter:
    schema = {"type": "string", "enum": Interval.values, "default": Interval.MONTH.value}
    text = _("How long each bin lasts, weeks from Monday. More than %(count)s bins are refused.")
    return OpenApiParameter("interval", schema, description=text % {"count": MAX_BINS})


def language_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "lang",
        {"type": "string", "enum": [code for code, _title in settings.LANGUAGES]},
        description=_("The language of what is meant for people; otherwise Accept-Language decides."),
    )


def region_parameter(_collection: Collection | None = None) -> OpenApiParameter:
    return _several(
        "region",
        {"type": "string"},
        _("KATO codes of oblasts and rayons (any of them), or the code of a country or city for all of it."),
    )


def words_parameter(_collection: Collection | None = None, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(
        "q",
        {"type": "string", "maxLength": MAX_QUERY_LENGTH},
        required=required,
        description=_(
            "Words or their beginnings, in Kazakh, Russian or English; ә is found as а, and so on."
        ),
    )


def _category(_collection: Collection) -> OpenApiParameter:
    return _several(
        "category",
        {"type": "string"},
        _("Codes of categories (any of them); a parent means its children too."),
    )


def _status(collection: Collection) -> OpenApiParameter:
    text = _("Codes of statuses or of their groups (any of them).")
    return _several("status", {"type": "string", "enum": status_codes(Kind(str(collection.kind)))}, text)


def status_codes(kind: Kind) -> list[str]:
    """Groups first. What never leaves the database is no value to ask for."""
    codes = [*Group.values, *(status.code for status in STATUSES[kind] if status.group is not None)]
    return list(dict.fromkeys(codes))


def _from(_collection: Collection) -> OpenApiParameter:
    return OpenApiParameter(
        "from", DAY, description=_("The first day of arrival, in the time zone of the country or city.")
    )


def _to(_collection: Collection) -> OpenApiParameter:
    return OpenApiParameter("to", DAY, description=_("The last day of arrival, included."))


def _bbox(_collection: Collection) -> OpenApiParameter:
    return OpenApiParameter(
        "bbox",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        style="form",
        explode=False,
        description=_("West, south, east, north in degrees; west > east crosses the antimeridian."),
    )


def _at(_collection: Collection) -> OpenApiParameter:
    return OpenApiParameter("at", DAY, description=_("The day whose boundaries are meant; otherwise today."))


def _level(_collection: Collection) -> OpenApiParameter:
    return OpenApiParameter(
        "level",
        {"type": "integer", "enum": [LEVEL_OBLAST, LEVEL_RAYON]},
        description=_("1: oblasts and cities of republican significance; 2: rayons."),
    )


def _several(name: str, item: dict[str, Any], description: str) -> OpenApiParameter:
    schema = {"type": "array", "items": item, "maxItems": MAX_VALUES}
    return OpenApiParameter(name, schema, style="form", explode=False, description=description)


DAY = {"type": "string", "format": "date"}

SHARED: dict[str, Callable[[Collection], OpenApiParameter]] = {
    "region": region_parameter,
    "category": _category,
    "status": _status,
    "from": _from,
    "to": _to,
    "bbox": _bbox,
    "q": words_parameter,
    "at": _at,
    "level": _level,
}
