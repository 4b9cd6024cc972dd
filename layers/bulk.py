"""Many features at once: COPY into a staging table, then one set-based merge. The only bulk write path.

Used by loads of files and by the demonstration country.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """One feature as it is written. ``ewkb`` is the geometry in EPSG:4326 as hexadecimal EWKB, valid.

    Times are aware. ``source_id`` is unique within ``source``.
    """

    kind: str
    ewkb: str
    title: str
    text: str
    language: str
    address: str
    category: str
    status: str
    received_at: datetime
    first_response_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    source: str
    source_id: str
    is_demo: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a merge did. ``outside`` are the source ids whose place lies in no part of the jurisdiction."""

    inserted: int
    updated: int
    unchanged: int
    outside: tuple[str, ...]


def merge_features(rows: Iterable[FeatureRow], *, jurisdiction: str) -> Outcome:
    raise NotImplementedError
