"""Reads a mapping file (TOML) and refuses, by the name of the key, whatever is not a mapping."""

import hashlib
import string
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from ingest.mapping import Area, Lookup, Mapping, MappingError, Place, Step, Template, Value
from ingest.sources import Reading

TIMES = ("received_at", "first_response_at", "due_at", "resolved_at", "closed_at")
NOTHING = Value((Template(()),))


def read_mapping(path: Path) -> Mapping:
    """Raises MappingError naming the key at fault; an unknown key is refused like a wrong one."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise MappingError(_("%(path)s: there is no such file") % {"path": path}) from error
    try:
        found = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(_("%(path)s is not TOML: %(why)s") % {"path": path, "why": error}) from error
    return parse_mapping(found, sha256=hashlib.sha256(raw).hexdigest())


def parse_mapping(found: dict[str, Any], *, sha256: str = "") -> Mapping:
    """The same for a mapping that is already a dictionary."""
    table = _Table(found, "")
    fields = _Table(table.take("fields", dict, required=True), "fields.")
    values = {name: _value(fields, name) for name in ("source_id", "title", "text", "address", *TIMES)}
    for name in ("source_id", "title", "received_at"):
        if values[name] is None:
            raise fields.error(name, _("is required"))
    fields.finish()
    area = table.take("jurisdiction", dict)
    mapping = Mapping(
        source_id=values["source_id"] or NOTHING,
        title=values["title"] or NOTHING,
        text=values["text"] or NOTHING,
        address=values["address"] or NOTHING,
        times={name: value for name in TIMES if (value := values[name]) is not None},
        category=_lookup(table, "category"),
        status=_lookup(table, "status"),
        language=_lookup(table, "language"),
        places=_places(table),
        reading=Reading(
            encoding=table.take("encoding", str),
            delimiter=_delimiter(table),
            layer=table.take("layer", str),
        ),
        sha256=sha256,
        source=table.take("source", str),
        time_zone=_zone(table),
        date_formats=tuple(_words(table, "date_formats") or ("iso",)),
        placeholders=_placeholders(table),
        repair=table.take("repair", bool) or False,
        area=_area(_Table(area, "jurisdiction.")) if area is not None else None,
    )
    table.finish()
    return mapping


class _Table:
    """A TOML table whose keys are taken one by one; what is left at the end was not known."""

    def __init__(self, values: dict[str, Any], prefix: str) -> None:
        self._left = dict(values)
        self._prefix = prefix

    def take(self, key: str, kind: type | tuple[type, ...], *, required: bool = False) -> Any:
        if key not in self._left:
            if required:
                raise self.error(key, _("is required"))
            return None
        value = self._left.pop(key)
        wanted = kind if isinstance(kind, tuple) else (kind,)
        # bool is an int in Python; in a mapping "true" is never a number.
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            names = {str: _("text"), dict: _("a table"), list: _("a list"), bool: _("true or false")}
            expected = " / ".join(str(names.get(k, _("a number"))) for k in wanted)
            raise self.error(key, _("must be %(expected)s") % {"expected": expected})
        return value

    def error(self, key: str, message: str) -> MappingError:
        return MappingError(f"{self._prefix}{key}: {message}", field=f"{self._prefix}{key}")

    def finish(self) -> None:
        for key in self._left:
            raise self.error(key, _("is not a key of a mapping"))


def _value(table: _Table, key: str) -> Value | None:
    """``"column"``, ``"{a} {b}"``, a list of these, or ``{constant = "text"}``."""
    found = table.take(key, (str, list, dict))
    if found is None:
        return None
    if isinstance(found, dict):
        inner = _Table(found, f"{table._prefix}{key}.")
        constant = inner.take("constant", str, required=True)
        inner.finish()
        return Value((Template(((constant, None),)),))
    choices = found if isinstance(found, list) else [found]
    if not choices or not all(isinstance(choice, str) and choice for choice in choices):
        raise table.error(key, _("must name a column, or several"))
    return Value(tuple(_template(table, key, choice) for choice in choices))


def _template(table: _Table, key: str, text: str) -> Template:
    if "{" not in text:
        return Template((("", text),))
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise table.error(key, _("“%(text)s” has a brace without its pair") % {"text": text}) from error
    if any(column == "" or spec or conversion for _literal, column, spec, conversion in parts):
        raise table.error(key, _("“%(text)s”: braces hold the name of a column") % {"text": text})
    return Template(tuple((literal, column) for literal, column, _spec, _conversion in parts))


def _lookup(table: _Table, key: str) -> Lookup:
    """A constant, one table, or a list of tables to try in turn."""
    found = table.take(key, (str, dict, list), required=True)
    if isinstance(found, str):
        return Lookup((Step(default=found),))
    tables = found if isinstance(found, list) else [found]
    if not tables or not all(isinstance(one, dict) for one in tables):
        raise table.error(key, _("must be text, a table or a list of tables"))
    return Lookup(tuple(_step(_Table(one, f"{key}.")) for one in tables))


def _step(table: _Table) -> Step:
    column, filled = table.take("column", str), table.take("filled", str)
    if (column is None) == (filled is None):
        raise table.error("column", _("name either “column” or “filled”"))
    if filled is not None:
        step = Step(filled=filled, default=table.take("code", str, required=True))
    else:
        codes = table.take("values", dict)
        for value, code in (codes or {}).items():
            if not isinstance(code, str):
                raise table.error(f"values.{value}", _("must be %(expected)s") % {"expected": _("text")})
        step = Step(column=column, codes=codes, default=table.take("default", str))
    table.finish()
    return step


def _places(table: _Table) -> tuple[Place, ...]:
    found = table.take("geometry", (dict, list), required=True)
    tables = found if isinstance(found, list) else [found]
    if not tables or not all(isinstance(one, dict) for one in tables):
        raise table.error("geometry", _("must be a table or a list of tables"))
    return tuple(_place(_Table(one, "geometry.")) for one in tables)


def _place(table: _Table) -> Place:
    place = Place(
        lon=table.take("lon", str),
        lat=table.take("lat", str),
        wkt=table.take("wkt", str),
        geojson=table.take("geojson", str),
        native=table.take("native", bool) or False,
        crs=table.take("crs", str),
        decimal_comma=table.take("decimal_comma", bool) or False,
    )
    table.finish()
    ways = [place.lon is not None or place.lat is not None, place.wkt, place.geojson, place.native]
    if sum(map(bool, ways)) != 1 or (place.lon is None) != (place.lat is None):
        raise MappingError(
            _("geometry: name either “lon” and “lat”, or “wkt”, or “geojson”, or “native”"), field="geometry"
        )
    return place


def _placeholders(table: _Table) -> tuple[tuple[float, float], ...]:
    found = table.take("placeholders", list) or []
    for pair in found:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(n) in (int, float) for n in pair)):
            raise table.error("placeholders", _("must be a list of [longitude, latitude]"))
    return tuple((float(lon), float(lat)) for lon, lat in found)


def _area(table: _Table) -> Area:
    bounds = table.take("bounds", list, required=True)
    ordered = len(bounds) == 4 and all(type(n) in (int, float) for n in bounds)
    if not ordered or not (-180 <= bounds[0] < bounds[2] <= 180 and -90 <= bounds[1] < bounds[3] <= 90):
        raise table.error("bounds", _("must be [west, south, east, north] in degrees"))
    zone = _zone(table)
    if zone is None:
        raise table.error("time_zone", _("is required"))
    area = Area(
        code=table.take("code", str, required=True),
        name_kk=table.take("name_kk", str, required=True),
        name_ru=table.take("name_ru", str, required=True),
        name_en=table.take("name_en", str, required=True),
        time_zone=zone,
        bounds=(float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])),
    )
    table.finish()
    return area


def _zone(table: _Table) -> str | None:
    name = table.take("time_zone", str)
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise table.error("time_zone", _("there is no time zone “%(name)s”") % {"name": name}) from error
    return name


def _delimiter(table: _Table) -> str:
    found = table.take("delimiter", str)
    if found is not None and len(found) != 1:
        raise table.error("delimiter", _("must be one character"))
    return found or ","


def _words(table: _Table, key: str) -> list[str]:
    found = table.take(key, list) or []
    if not all(isinstance(word, str) for word in found):
        raise table.error(key, _("must be a list of texts"))
    return found
