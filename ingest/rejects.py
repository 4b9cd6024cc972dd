"""Rows that could not be loaded: why, and the file that keeps every one of them whole."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a row was rejected. Codes are promises: they stand in rejects files."""

    BROKEN_ROW = "broken_row", _("the row cannot be read")
    WRONG_ENCODING = "wrong_encoding", _("characters that are not in the file's encoding")
    MISSING_VALUE = "missing_value", _("a required value is missing")
    TOO_LONG = "too_long", _("a text is too long")
    DUPLICATE_ID = "duplicate_id", _("the same number came earlier in the file")
    UNKNOWN_CATEGORY = "unknown_category", _("the category is not in the mapping")
    UNKNOWN_STATUS = "unknown_status", _("the status is not in the mapping")
    UNKNOWN_LANGUAGE = "unknown_language", _("the language is not in the mapping")
    BROKEN_DATE = "broken_date", _("a date cannot be read or cannot be true")
    DATE_ORDER = "date_order", _("something happened before the report was received")
    NO_COORDINATES = "no_coordinates", _("there is no place")
    IMPOSSIBLE_COORDINATES = "impossible_coordinates", _("the coordinates cannot be on Earth")
    PLACEHOLDER = "placeholder", _("the location is a placeholder")
    INVALID_GEOMETRY = "invalid_geometry", _("the geometry is not valid")
    UNSUPPORTED_GEOMETRY = "unsupported_geometry", _("the geometry is not one point, line or area")
    OUTSIDE = "outside", _("the place is outside the jurisdiction")
    REFUSED = "refused", _("the database refused the row")


class Rejection(NamedTuple):
    """One row that was left out. ``number`` is its line (text files) or its ordinal, both from 1."""

    number: int
    reason: Reason
    message: str
    row: Sequence[Any]


# Index of a row in its batch to why it cannot be loaded, with a sentence; the first reason found stands.
Faults = dict[int, tuple[Reason, str]]


class RejectsFile:
    """A CSV in UTF-8: ``line, reason, message``, then every column of the source as it came.

    So a mended rejects file loads with the same mapping. Bytes that were not text in the source are written
    back as those bytes. Written as ``NAME.part`` and moved to its name at the end: an interrupted load leaves
    the file of an earlier one alone.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.by_reason: Counter[Reason] = Counter()
        self._part = path.with_name(path.name + ".part")
        self._file = self._part.open("w", encoding="utf-8", errors="surrogateescape", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(["line", "reason", "message", *columns])

    def add(self, rejection: Rejection) -> None:
        self.by_reason[rejection.reason] += 1
        self._writer.writerow([rejection.number, rejection.reason.value, rejection.message, *rejection.row])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self.path)
