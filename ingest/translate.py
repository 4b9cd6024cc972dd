"""From the rows of a source to features, column by column, by a mapping. Every row comes out: as a feature or
rejected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import compress, repeat
from typing import Any

import shapely
from django.utils.translation import gettext as _

from ingest.geometry import Locator
from ingest.mapping import Lookup, Mapping, MappingError
from ingest.mapping_file import TIMES
from ingest.piles import Piles
from ingest.rejects import Faults, Reason, Rejection
from ingest.reproject import transform_from
from ingest.seen import Seen
from ingest.sources import GEOMETRY_COLUMN, Batch, Source
from ingest.times import parse_times
from layers.bulk import FeatureRow
from layers.models import Feature

LANGUAGES = frozenset({"kk", "ru", "en"})
# Long enough for any report; PostgreSQL stops indexing a text for search at about a megabyte.
LONGEST_TEXT = 20_000
# What separates columns in files that people send.
DELIMITERS = ",;\t|"
# Things that have happened cannot lie ahead, but clocks differ.
CLOCK_TOLERANCE = timedelta(days=1)
HAPPENED = ("received_at", "first_response_at", "resolved_at", "closed_at")
AFTER_RECEIVED = ("first_response_at", "resolved_at", "closed_at")


@dataclass(frozen=True)
class Target:
    """What rows become, and what the database knows: codes of its categories and of the kind's statuses."""

    kind: str
    source: str
    zone: tzinfo
    categories: frozenset[str]
    statuses: frozenset[str]
    now: datetime


@dataclass(frozen=True)
class Translated:
    """One batch: features, the index in the batch that each came from, and the rows left out."""

    batch: Batch
    rows: list[FeatureRow]
    origins: list[int]
    rejections: list[Rejection]


class Translator:
    """One load's translation; holds what must be remembered from batch to batch (numbers seen, piles).

    Raises MappingError at once when the mapping and the source, or the mapping and the target, do not fit.
    """

    def __init__(self, source: Source, mapping: Mapping, target: Target) -> None:
        self.piles = Piles()
        self._seen = Seen()
        self._mapping = mapping
        self._target = target
        self._source = source
        self._locator = Locator(
            mapping.places,
            [transform_from(place.crs or (source.crs if place.native else None)) for place in mapping.places],
            mapping.placeholders,
            mapping.repair,
        )
        self._check_fit()

    @property
    def columns(self) -> list[str]:
        """The columns of a rejected row."""
        return [*self._source.columns, *([GEOMETRY_COLUMN] if self._source.has_geometry else [])]

    def translate(self, batch: Batch) -> Translated:
        count = len(batch.numbers)
        mapping, columns = self._mapping, batch.columns
        faults: Faults = {}
        ids = mapping.source_id.texts(columns, count)
        titles = mapping.title.texts(columns, count)
        texts = mapping.text.texts(columns, count)
        addresses = mapping.address.texts(columns, count)
        _required(faults, "source_id", ids)
        _required(faults, "title", titles)
        for name, values in (("source_id", ids), ("title", titles), ("address", addresses), ("text", texts)):
            _short_enough(faults, name, values)
            _proper(faults, name, values)
        target = self._target
        categories = self._codes(faults, batch, mapping.category, target.categories, Reason.UNKNOWN_CATEGORY)
        statuses = self._codes(faults, batch, mapping.status, target.statuses, Reason.UNKNOWN_STATUS)
        languages = self._codes(faults, batch, mapping.language, LANGUAGES, Reason.UNKNOWN_LANGUAGE)
        times = self._times(faults, batch)
        located = self._locator.locate(batch)
        for index, fault in located.faults.items():
            faults.setdefault(index, fault)
        self._refuse_twice(faults, ids)
        good = [index for index in range(count) if index not in faults] if faults else list(range(count))
        self.piles.add(located.lonlat[good])
        made = zip(
            repeat(target.kind, count),
            located.ewkb,
            titles,
            texts,
            languages,
            addresses,
            categories,
            statuses,
            *(times[name] for name in TIMES),
            repeat(target.source),
            ids,
            repeat(False),
        )
        usable = (index not in faults for index in range(count)) if faults else repeat(True)
        rows = list(map(FeatureRow._make, compress(made, usable)))
        rejections = [self.reject(batch, index, *fault) for index, fault in faults.items()]
        rejections += [
            Rejection(number, _encoding_or(Reason.BROKEN_ROW, values), message, values)
            for number, message, values in batch.broken
        ]
        return Translated(batch, rows, good, sorted(rejections, key=lambda r: r.number))

    def reject(self, batch: Batch, index: int, reason: Reason, message: str) -> Rejection:
        """The row at ``index``, whole."""
        row: list[Any] = [batch.columns[name][index] for name in self._source.columns]
        if batch.wkb is not None:
            wkb = batch.wkb[index]
            geometry = shapely.from_wkb(wkb, on_invalid="ignore") if wkb is not None else None
            # What is no geometry is still kept, as the bytes it came in.
            row.append(geometry.wkt if geometry is not None else (wkb or b"").hex())
        return Rejection(batch.numbers[index], reason, message, row)

    def _codes(
        self,
        faults: Faults,
        batch: Batch,
        lookup: Lookup,
        known: frozenset[str],
        reason: Reason,
    ) -> list[str | None]:
        codes = lookup.values(batch.columns, len(batch.numbers))
        if not set(codes) <= known:
            for index, code in enumerate(codes):
                if code not in known and index not in faults:
                    value = code or lookup.shown(batch.columns, index)
                    faults[index] = (reason, _("“%(value)s” is not known") % {"value": value})
        return codes

    def _times(self, faults: Faults, batch: Batch) -> dict[str, list[datetime | None]]:
        count = len(batch.numbers)
        times: dict[str, list[datetime | None]] = {name: [None] * count for name in TIMES}
        limit = self._target.now + CLOCK_TOLERANCE
        for name, value in self._mapping.times.items():
            raw = value.values(batch.columns, count)
            times[name], broken = parse_times(raw, formats=self._mapping.date_formats, zone=self._target.zone)
            for index in broken:
                message = _("%(field)s: “%(value)s” is not a time")
                faults.setdefault(index, (Reason.BROKEN_DATE, message % {"field": name, "value": raw[index]}))
            if name in HAPPENED:
                for index in [i for i, time in enumerate(times[name]) if time is not None and time > limit]:
                    message = _("%(field)s: “%(value)s” is in the future")
                    faults.setdefault(
                        index, (Reason.BROKEN_DATE, message % {"field": name, "value": raw[index]})
                    )
        received = times["received_at"]
        _required(faults, "received_at", received)
        for name in AFTER_RECEIVED:
            if name in self._mapping.times:
                _in_order(faults, name, received, times[name])
        return times

    def _refuse_twice(self, faults: Faults, ids: Sequence[str]) -> None:
        """Only a row that would be loaded claims its number."""
        claimants = [index for index in range(len(ids)) if index not in faults]
        fresh = self._seen.first_time([ids[index] for index in claimants])
        for index, new in zip(claimants, fresh.tolist(), strict=True):
            if not new:
                faults[index] = (Reason.DUPLICATE_ID, _("“%(id)s” came earlier") % {"id": ids[index]})

    def _advice(self) -> str:
        """What is most likely wrong with a file whose columns are not those of the mapping."""
        columns = self._source.columns
        if not all(map(_is_text, columns)):
            return _("The file is not in the encoding it was read in: say “encoding” in the mapping.")
        if len(columns) == 1 and any(mark in columns[0] for mark in DELIMITERS):
            return _("The whole line was read as one column: say “delimiter” in the mapping.")
        return ""

    def _check_fit(self) -> None:
        there = set(self._source.columns)
        for key, column in self._mapping.columns():
            if column not in there:
                message = _("%(key)s: there is no column “%(column)s” (there are: %(columns)s)")
                listed = ", ".join(self._source.columns)
                told = message % {"key": key, "column": column, "columns": listed}
                raise MappingError(" ".join(filter(None, [told, self._advice()])), field=key)
        if any(place.native for place in self._mapping.places) and not self._source.has_geometry:
            raise MappingError(_("geometry.native: the file has no geometry of its own"), field="geometry")
        for key, lookup, known in (
            ("category", self._mapping.category, self._target.categories),
            ("status", self._mapping.status, self._target.statuses),
            ("language", self._mapping.language, LANGUAGES),
        ):
            for step in lookup.steps:
                for code in step.promised:
                    if code not in known:
                        message = _("%(key)s: there is no %(key)s “%(code)s” (there are: %(known)s)")
                        listed = ", ".join(sorted(known))
                        raise MappingError(message % {"key": key, "code": code, "known": listed}, field=key)


def _required(faults: Faults, name: str, values: Sequence[Any]) -> None:
    if not all(values):
        for index, value in enumerate(values):
            if not value:
                faults.setdefault(index, (Reason.MISSING_VALUE, _("%(field)s is empty") % {"field": name}))


def _short_enough(faults: Faults, name: str, values: Sequence[str]) -> None:
    longest = getattr(Feature._meta.get_field(name), "max_length", None) or LONGEST_TEXT
    if max(map(len, values), default=0) > longest:
        for index, value in enumerate(values):
            if len(value) > longest:
                message = _("%(field)s has %(length)d characters, %(longest)d fit")
                numbers = {"field": name, "length": len(value), "longest": longest}
                faults.setdefault(index, (Reason.TOO_LONG, message % numbers))


def _proper(faults: Faults, name: str, values: Sequence[str]) -> None:
    """Refuses text that a database cannot keep: surrogates (bytes of another encoding) and NUL."""
    if _is_text("\n".join(values)):
        return
    for index, value in enumerate(values):
        if not _is_text(value):
            message = _("%(field)s has bytes that are no text in the file's encoding")
            # This says more than that the value is too long, or its category unknown.
            faults[index] = (Reason.WRONG_ENCODING, message % {"field": name})


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _encoding_or(reason: Reason, values: Sequence[Any]) -> Reason:
    proper = all(_is_text(value) for value in values if isinstance(value, str))
    return reason if proper else Reason.WRONG_ENCODING


def _in_order(
    faults: Faults,
    name: str,
    received: Sequence[datetime | None],
    later: Sequence[datetime | None],
) -> None:
    for index, (first, then) in enumerate(zip(received, later, strict=True)):
        if first is not None and then is not None and then < first:
            message = _("%(field)s (%(then)s) is before received_at (%(first)s)")
            shown = {"field": name, "then": then.isoformat(), "first": first.isoformat()}
            faults.setdefault(index, (Reason.DATE_ORDER, message % shown))
