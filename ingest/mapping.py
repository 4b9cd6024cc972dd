"""What a mapping file says: how the columns of one source become our features. docs/loading.md is its
manual.
"""

from collections.abc import Mapping as Columns
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoportal.lib.errors import DomainError
from ingest.sources import Reading


class MappingError(DomainError):
    """A mapping that cannot be used; the message and ``field`` name the key."""

    code = "bad_mapping"


@dataclass(frozen=True)
class Template:
    """``"{street} {house}"`` or one bare column. ``parts`` alternates literal text and column names, as
    pairs.
    """

    parts: tuple[tuple[str, str | None], ...]

    @property
    def columns(self) -> list[str]:
        return [column for _literal, column in self.parts if column is not None]

    def values(self, columns: Columns[str, Sequence[Any]], count: int) -> list[Any]:
        """One value a row. A bare column keeps its type; a template gives "" when all its columns are
        empty.
        """
        names = self.columns
        if not names:
            return ["".join(literal for literal, _column in self.parts)] * count
        if len(self.parts) == 1 and not self.parts[0][0]:
            return list(columns[names[0]])
        rows = zip(*([as_text(v) for v in columns[name]] for name in names), strict=True)
        return [self._filled(row) for row in rows]

    def _filled(self, values: tuple[str, ...]) -> str:
        if not any(values):
            return ""
        left = iter(values)
        return "".join(literal + (next(left) if column is not None else "") for literal, column in self.parts)


@dataclass(frozen=True)
class Value:
    """Templates to try in turn: the first that is not empty gives the value."""

    choices: tuple[Template, ...]

    @property
    def columns(self) -> list[str]:
        return [column for choice in self.choices for column in choice.columns]

    def values(self, columns: Columns[str, Sequence[Any]], count: int) -> list[Any]:
        first, *others = self.choices
        found = first.values(columns, count)
        for other in others:
            if all(map(_filled, found)):
                break
            spare = other.values(columns, count)
            found = [mine if _filled(mine) else its for mine, its in zip(found, spare, strict=True)]
        return found

    def texts(self, columns: Columns[str, Sequence[Any]], count: int) -> list[str]:
        # Most values are text, and a call for each of a million is felt.
        return [v.strip() if type(v) is str else as_text(v) for v in self.values(columns, count)]


@dataclass(frozen=True)
class Step:
    """One way to one of our codes: by the value of ``column``, or because ``filled`` is not empty, or always.

    ``codes`` is None when the column holds our codes already. ``default`` is for values that are not listed,
    and is the code itself for ``filled`` and constant steps.
    """

    column: str | None = None
    filled: str | None = None
    codes: dict[str, str] | None = None
    default: str | None = None

    def values(self, columns: Columns[str, Sequence[Any]], count: int) -> list[str | None]:
        if self.column is not None:
            texts = [as_text(value) for value in columns[self.column]]
            if self.codes is None:
                return [text or self.default for text in texts]
            return [self.codes.get(text, self.default) for text in texts]
        if self.filled is not None:
            return [self.default if as_text(value) else None for value in columns[self.filled]]
        return [self.default] * count

    @property
    def promised(self) -> list[str]:
        """The codes that the step may give, as far as the mapping shows them."""
        return [*(self.codes or {}).values(), *([self.default] if self.default else [])]


@dataclass(frozen=True)
class Lookup:
    """Steps to try in turn until one gives a code."""

    steps: tuple[Step, ...]

    @property
    def columns(self) -> list[str]:
        return [c for step in self.steps for c in (step.column, step.filled) if c is not None]

    def values(self, columns: Columns[str, Sequence[Any]], count: int) -> list[str | None]:
        found: list[str | None] = [None] * count
        for step in self.steps:
            its = step.values(columns, count)
            found = [mine or other for mine, other in zip(found, its, strict=True)]
        return found

    def shown(self, columns: Columns[str, Sequence[Any]], index: int) -> str:
        """What the row says, for a message about a value that nothing is known of."""
        return " / ".join(as_text(columns[name][index]) for name in self.columns)


@dataclass(frozen=True)
class Place:
    """One way to a geometry: ``lon`` and ``lat`` columns, a ``wkt`` or ``geojson`` column, or the file's own
    (native).

    ``crs`` overrides what the file declares; without either, coordinates are longitude and latitude
    (EPSG:4326).
    """

    lon: str | None = None
    lat: str | None = None
    wkt: str | None = None
    geojson: str | None = None
    native: bool = False
    crs: str | None = None
    decimal_comma: bool = False

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.lon, self.lat, self.wkt, self.geojson) if c is not None]


@dataclass(frozen=True)
class Area:
    """A jurisdiction that the mapping describes, made when it is not there yet. ``bounds``: west, south,
    east, north.
    """

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    time_zone: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked as far as that goes without its source. ``sha256`` is of the file's bytes."""

    source_id: Value
    title: Value
    text: Value
    address: Value
    times: dict[str, Value]
    category: Lookup
    status: Lookup
    language: Lookup
    places: tuple[Place, ...]
    reading: Reading
    sha256: str
    source: str | None = None
    time_zone: str | None = None
    date_formats: tuple[str, ...] = ("iso",)
    placeholders: tuple[tuple[float, float], ...] = ()
    repair: bool = False
    area: Area | None = None

    def columns(self) -> list[tuple[str, str]]:
        """Every column of the source that the mapping speaks of, as ``(key, column)``."""
        named: list[tuple[str, Value | Lookup | Place]] = [
            ("fields.source_id", self.source_id),
            ("fields.title", self.title),
            ("fields.text", self.text),
            ("fields.address", self.address),
            *((f"fields.{name}", value) for name, value in self.times.items()),
            ("category", self.category),
            ("status", self.status),
            ("language", self.language),
            *(("geometry", place) for place in self.places),
        ]
        return [(key, column) for key, holder in named for column in holder.columns]


def as_text(value: Any) -> str:
    """A value of any column as text: stripped, "" for nothing, ``5`` for a spreadsheet's 5.0, ISO for
    times.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _filled(value: Any) -> bool:
    return value is not None and as_text(value) != ""
