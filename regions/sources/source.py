"""What every source of boundaries gives: units with their codes and names as published, and where they come
from.
"""

from dataclasses import dataclass
from datetime import date

import shapely

from geoportal.lib.errors import DomainError


class SourceUnavailable(DomainError):
    """The boundaries cannot be read from where they should be."""

    code = "boundaries_unavailable"


class SourceUnusable(DomainError):
    """The file was read but is not what its mapping says."""

    code = "boundaries_unusable"


@dataclass(frozen=True)
class SourceUnit:
    """One polygon as published. ``geom`` is in EPSG:4326, possibly invalid; ``published``: all its words."""

    code: str
    geom: shapely.Geometry
    name_kk: str = ""
    name_ru: str = ""
    name_en: str = ""
    kind: str = ""
    iso: str = ""
    published: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Expected:
    """What the gate holds the result against; None where the source promises nothing."""

    oblasts: int | None
    rayons: int | None
    area_km2: float | None


@dataclass(frozen=True)
class BoundarySource:
    """A complete set of units of one level. In force from ``valid_from`` (included) to ``valid_to`` (not)."""

    name: str
    vintage: str
    valid_from: date
    valid_to: date | None
    attribution: str
    licence: str
    sha256: str
    units: tuple[SourceUnit, ...]
    expected: Expected
