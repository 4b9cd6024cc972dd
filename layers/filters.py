"""The filters that every surface shares, parsed in one place.

``region category status from to bbox q at`` mean the same on the map, in tiles, lists, the API and exports.
Anything unknown or malformed is a BadParameter that names the parameter: never silently ignored.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.lib.geo import Bbox
from layers.models import Category
from layers.statuses import PRIVATE_STATUSES, STATUSES, Group, Kind, codes_in
from regions.boundaries import UnknownRegion, generation_at, levels_of_codes
from regions.models import LEVEL_OBLAST, LEVEL_RAYON, Generation, Jurisdiction

# Longer texts are not searches; the limit keeps a query's cost bounded.
MAX_QUERY_LENGTH = 200
MAX_VALUES = 300

LANGUAGES = tuple(code for code, _title in settings.LANGUAGES)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

SHARED_PARAMETERS = ("region", "category", "status", "from", "to", "bbox", "q", "at")


class BadParameter(DomainError):
    """A parameter of an address that cannot be used; ``field`` names it."""

    code = "bad_parameter"

    def __init__(self, name: str, message: Any) -> None:
        super().__init__(message, field=name)


@dataclass(frozen=True)
class Filters:
    """What to show. Empty tuples and None mean "no restriction". Codes are sorted: equal filters are equal.

    ``oblasts`` and ``rayons`` hold KATO codes of regions asked for (a row matches any). ``categories`` are
    the codes as asked with children added, ``statuses`` codes with groups opened. ``first_day`` and
    ``last_day`` are days of ``received_at``, inclusive, in the jurisdiction's zone. ``at`` is set only when
    it asks for boundaries other than those in force, so that "today" and no date are one filter.
    """

    jurisdiction: str
    oblasts: tuple[str, ...] = ()
    rayons: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    bbox: Bbox | None = None
    q: str = ""
    generation: int | None = None
    level: int | None = None

    def canonical(self) -> str:
        """One text for one meaning: the key of caches and ETags."""
        return "&".join(f"{f.name}={getattr(self, f.name)}" for f in fields(self))


def parse_filters(
    params: QueryDict, *, kind: Kind | None, allowed: tuple[str, ...], own: tuple[str, ...] = ()
) -> Filters:
    """The filters in an address's query.

    ``kind`` is the kind of feature whose statuses are meant (None: the rows have no status), ``allowed`` the
    shared parameters that the collection knows, ``own`` what the surface itself reads from the query
    (``limit``, ``next`` …). ``lang`` is known everywhere. Raises BadParameter.
    """
    values = _single_values(params, (*allowed, *own, "lang"))
    jurisdiction, codes = _jurisdiction(values.get("region", ""))
    # Boundaries are looked up only where they are asked about: most tiles and pages never need them.
    at = values.get("at", "")
    generation, is_current = _generation(jurisdiction, at) if codes or at else (None, True)
    oblasts, rayons = _regions(generation, codes)
    first_day, last_day = _day("from", values), _day("to", values)
    if first_day and last_day and first_day > last_day:
        raise BadParameter("to", _("The period ends before it begins."))
    return Filters(
        jurisdiction=jurisdiction,
        oblasts=oblasts,
        rayons=rayons,
        categories=_categories(values.get("category", "")),
        statuses=_statuses(kind, values.get("status", "")),
        first_day=first_day,
        last_day=last_day,
        bbox=parse_bbox(values["bbox"]) if "bbox" in values else None,
        q=_text(values.get("q", "")),
        generation=None if generation is None or is_current else generation.pk,
        level=_level(values.get("level", "")),
    )


def _single_values(params: QueryDict, known: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for name, given in params.lists():
        if name not in known:
            raise BadParameter(name, _("This address has no parameter “%(name)s”.") % {"name": name})
        if len(given) > 1:
            raise BadParameter(name, _("Give “%(name)s” once; separate values with commas.") % {"name": name})
        if "\x00" in given[0]:
            raise BadParameter(name, _("The value contains a character that no text has."))
        # An empty field of a form means "not asked", as in Open311.
        if given[0].strip():
            values[name] = given[0].strip()
    if values.get("lang", LANGUAGES[0]) not in LANGUAGES:
        raise BadParameter("lang", _("There is no language “%(code)s”.") % {"code": values["lang"]})
    return values


def _split(name: str, value: str) -> list[str]:
    words = sorted({word.strip() for word in value.split(",") if word.strip()})
    if value and not words:
        raise BadParameter(name, _("There is no value between the commas."))
    if len(words) > MAX_VALUES:
        raise BadParameter(name, _("At most %(count)s values are possible here.") % {"count": MAX_VALUES})
    return words


def _jurisdiction(value: str) -> tuple[str, list[str]]:
    """The jurisdiction and the KATO codes in ``region``. A jurisdiction's own code means all of it."""
    words = _split("region", value)
    whole = [w for w in words if not w.isdigit()]
    codes = [w for w in words if w.isdigit()]
    if not whole:
        return settings.DEFAULT_JURISDICTION, codes
    if len(whole) > 1 or codes:
        raise BadParameter("region", _("Choose one country or city, or regions of one country."))
    if not Jurisdiction.objects.filter(pk=whole[0]).exists():
        raise BadParameter("region", _("There is no region “%(code)s”.") % {"code": whole[0]})
    return whole[0], []


def _generation(jurisdiction: str, value: str) -> tuple[Generation | None, bool]:
    current = generation_at(jurisdiction)
    if not value:
        return current, True
    day = _as_day("at", value)
    generation = generation_at(jurisdiction, day)
    if generation is None:
        raise BadParameter("at", _("No boundaries are known for this day."))
    return generation, generation == current


def _regions(generation: Generation | None, codes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not codes:
        return (), ()
    try:
        levels = levels_of_codes(generation, codes)
    except UnknownRegion as error:
        raise BadParameter("region", str(error)) from error
    return (
        tuple(code for code in codes if levels[code] == LEVEL_OBLAST),
        tuple(code for code in codes if levels[code] == LEVEL_RAYON),
    )


def _categories(value: str) -> tuple[str, ...]:
    words = _split("category", value)
    if not words:
        return ()
    rows = list(Category.objects.values_list("code", "parent"))
    known = {code for code, _parent in rows}
    for word in words:
        if word not in known:
            raise BadParameter("category", _("There is no category “%(code)s”.") % {"code": word})
    return tuple(sorted({code for code, parent in rows if code in words or parent in words}))


def _statuses(kind: Kind | None, value: str) -> tuple[str, ...]:
    words = _split("status", value)
    if not words or kind is None:
        return ()
    known = {s.code for s in STATUSES[kind]} - set(PRIVATE_STATUSES)
    codes: set[str] = set()
    for word in words:
        # "declined" and "duplicate" name both a group and a status; the group holds the status.
        if word in Group.values:
            codes.update(codes_in(kind, word))
        elif word in known:
            codes.add(word)
        else:
            raise BadParameter("status", _("There is no status “%(code)s”.") % {"code": word})
    # A group that this kind has no status for matches nothing; an empty tuple would mean everything.
    return tuple(sorted(codes)) or ("none",)


def _day(name: str, values: Mapping[str, str]) -> date | None:
    return _as_day(name, values[name]) if name in values else None


def _as_day(name: str, value: str) -> date:
    try:
        # Not the shorter forms of ISO 8601 as well: one day is written in one way.
        day = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        raise BadParameter(name, _("There is no day %(day)s.") % {"day": value}) from None
    # PostgreSQL's timestamps and the zones of the last century end the useful range.
    if day is None or not 1900 <= day.year <= 2200:
        raise BadParameter(name, _("A day is written like 2026-03-31."))
    return day


def parse_bbox(value: str) -> Bbox:
    """``west,south,east,north`` in degrees; west > east crosses the antimeridian. Raises BadParameter."""
    try:
        # Python reads 7_0 as a number too.
        numbers = [float(word) for word in value.replace("_", "?").split(",")]
        west, south, east, north = numbers
    except ValueError:
        raise BadParameter("bbox", _("A box is four numbers: west,south,east,north.")) from None
    if not all(math.isfinite(n) for n in numbers):
        raise BadParameter("bbox", _("A box is four numbers: west,south,east,north."))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise BadParameter("bbox", _("The box lies outside the world."))
    if south > north:
        raise BadParameter("bbox", _("The box's south is above its north."))
    return Bbox(west, south, east, north)


def _text(value: str) -> str:
    if len(value) > MAX_QUERY_LENGTH:
        raise BadParameter(
            "q", _("At most %(count)s letters are possible here.") % {"count": MAX_QUERY_LENGTH}
        )
    return value


def _level(value: str) -> int | None:
    if not value:
        return None
    if value not in {str(LEVEL_OBLAST), str(LEVEL_RAYON)}:
        raise BadParameter("level", _("The level is 1 (oblast) or 2 (rayon)."))
    return int(value)
