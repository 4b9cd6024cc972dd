"""Boundaries that an operator brings: any vector format, with a mapping (TOML) from its columns to ours.

See docs/regions.md for the mapping. Codes may be KATO (nine digits) or, at the oblast level, ISO 3166-2
(KZ-10).
"""

import hashlib
import re
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from regions.download import download
from regions.facts import KAZAKHSTAN_AREA_KM2, level_of
from regions.sources.source import BoundarySource, Expected, SourceUnavailable, SourceUnit, SourceUnusable
from regions.sources.vector import read_polygons

LIMIT_BYTES = 300_000_000
TIMEOUT_S = 300.0
KATO = re.compile(r"\d{9}")
ISO = re.compile(r"KZ-(\d\d)")
COLUMNS = {"code", "name_kk", "name_ru", "name_en", "kind"}
KEYS = {
    "source",
    "vintage",
    "valid_from",
    "valid_to",
    "attribution",
    "licence",
    "layer",
    "columns",
    "expected",
}
REQUIRED = ("source", "vintage", "valid_from", "attribution", "licence")


@dataclass(frozen=True)
class Mapping:
    values: dict[str, Any]
    columns: dict[str, str]
    expected: Expected


def read(address: str, mapping: Path) -> BoundarySource:
    """Boundaries from a path or an HTTP address. Raises SourceUnavailable, SourceUnusable, DownloadFailed."""
    known = read_mapping(mapping)
    if address.startswith(("http://", "https://")):
        body = download(address, limit_bytes=LIMIT_BYTES, timeout_s=TIMEOUT_S)
        with tempfile.TemporaryDirectory() as folder:
            held = Path(folder) / (address.rsplit("/", 1)[-1].split("?")[0] or "boundaries")
            held.write_bytes(body)
            return _read(held, known)
    path = Path(address)
    if not path.is_file():
        raise SourceUnavailable(_("there is no file %(path)s") % {"path": address})
    return _read(path, known)


def read_mapping(path: Path) -> Mapping:
    """Raises SourceUnusable for a mapping that is incomplete or says something unknown."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceUnusable(
            _("the mapping %(path)s cannot be read: %(reason)s") % {"path": path, "reason": error}
        ) from error
    columns = values.get("columns", {})
    expected = values.get("expected", {})
    unknown = (set(values) - KEYS) | (set(columns) - COLUMNS)
    unknown |= set(expected) - {"oblasts", "rayons", "area_km2"}
    if unknown:
        raise SourceUnusable(_("the mapping has an unknown key “%(key)s”") % {"key": min(unknown)})
    for key in REQUIRED:
        if not values.get(key):
            raise SourceUnusable(_("the mapping says no “%(key)s”") % {"key": key})
    for key in ("valid_from", "valid_to"):
        if key in values and type(values[key]) is not date:
            raise SourceUnusable(_("“%(key)s” of the mapping is not a day (2024-01-31)") % {"key": key})
    if "code" not in columns:
        raise SourceUnusable(_("the mapping says no column for “code”"))
    wanted = Expected(
        expected.get("oblasts"), expected.get("rayons"), expected.get("area_km2", KAZAKHSTAN_AREA_KM2)
    )
    return Mapping(values, columns, wanted)


def _read(path: Path, mapping: Mapping) -> BoundarySource:
    values = mapping.values
    rows, shapes = read_polygons(_openable(path), layer=values.get("layer"))
    for column in mapping.columns.values():
        if rows and column not in rows[0]:
            raise SourceUnusable(_("the file has no column “%(column)s”") % {"column": column})
    units = tuple(_unit(row, shape, mapping.columns) for row, shape in zip(rows, shapes, strict=True))
    if len({level_of(unit.code) for unit in units}) != 1:
        raise SourceUnusable(_("the units must be of one level: all oblasts or all rayons"))
    return BoundarySource(
        name=values["source"],
        vintage=str(values["vintage"]),
        valid_from=values["valid_from"],
        valid_to=values.get("valid_to"),
        attribution=values["attribution"],
        licence=values["licence"],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        units=units,
        expected=mapping.expected,
    )


def _unit(row: dict[str, Any], shape: Any, columns: dict[str, str]) -> SourceUnit:
    words = {name: str(row[column] or "").strip() for name, column in columns.items()}
    code = words.pop("code").removesuffix(".0")
    if iso := ISO.fullmatch(code):
        code = f"{iso[1]}0000000"
    if not KATO.fullmatch(code):
        raise SourceUnusable(_("“%(code)s” is neither a KATO nor an ISO 3166-2:KZ code") % {"code": code})
    return SourceUnit(
        code=code,
        geom=shape,
        name_kk=words.get("name_kk", ""),
        name_ru=words.get("name_ru", ""),
        name_en=words.get("name_en", ""),
        kind=words.get("kind", ""),
    )


def _openable(path: Path) -> str:
    """GDAL reads a shapefile inside a zip through its own prefix."""
    return f"/vsizip/{path.resolve()}" if path.suffix == ".zip" else str(path)
