"""Official population tables: CSV or XLSX with the columns ``code``, ``date``, ``people``, ``source``.

All or nothing: a table with one bad row is refused with every bad row named, so that no half of it is ever in
force.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from geoportal.lib.errors import DomainError
from regions.facts import oblast_of
from regions.models import LEVEL_OBLAST, Population, Region

COLUMNS = ("code", "date", "people", "source")
KATO = re.compile(r"\d{9}")
# More people than this in one unit is a misplaced digit: the whole country has 20 million.
MOST_PEOPLE = 100_000_000
LONGEST_SOURCE = Population._meta.get_field("source").max_length or 0


class TableUnreadable(DomainError):
    """The file is no table with the columns asked for."""

    code = "table_unreadable"


@dataclass(frozen=True)
class BadRow:
    line: int
    reason: str


class TableRefused(DomainError):
    """Some rows are wrong; nothing was written."""

    code = "table_refused"

    def __init__(self, rows: list[BadRow]) -> None:
        super().__init__(_("%(count)d rows are wrong, nothing was loaded") % {"count": len(rows)})
        self.rows = rows


@dataclass(frozen=True)
class Outcome:
    inserted: int
    updated: int
    unchanged: int


def load_population(path: Path, *, jurisdiction: str) -> Outcome:
    """Bring the counts of the table in. A second time changes nothing; a count for a known day is replaced.

    Raises TableUnreadable, or TableRefused with every wrong row, its line (as a spreadsheet numbers it) and
    reason.
    """
    oblasts = set(
        Region.objects.filter(generation__jurisdiction=jurisdiction, level=LEVEL_OBLAST).values_list(
            "code", flat=True
        )
    )
    wanted: dict[tuple[str, date], Population] = {}
    wrong: list[BadRow] = []
    for line, cells in _rows(path):
        try:
            count = _count(cells, jurisdiction, oblasts)
            if (count.code, count.date) in wanted:
                raise ValueError(_("the same unit and day come twice"))
            wanted[count.code, count.date] = count
        except ValueError as error:
            wrong.append(BadRow(line, str(error)))
    if wrong:
        raise TableRefused(wrong)
    return _merge(wanted, jurisdiction)


def _merge(wanted: dict[tuple[str, date], Population], jurisdiction: str) -> Outcome:
    with transaction.atomic():
        held = {
            (row.code, row.date): row
            for row in Population.objects.select_for_update().filter(
                jurisdiction=jurisdiction, code__in={code for code, _day in wanted}
            )
        }
        new = [row for key, row in wanted.items() if key not in held]
        changed = []
        for key, row in wanted.items():
            before = held.get(key)
            if before and (before.people, before.source) != (row.people, row.source):
                before.people, before.source = row.people, row.source
                changed.append(before)
        Population.objects.bulk_create(new)
        Population.objects.bulk_update(changed, ["people", "source"])
    return Outcome(len(new), len(changed), len(wanted) - len(new) - len(changed))


def _count(cells: dict[str, Any], jurisdiction: str, oblasts: set[str]) -> Population:
    """One row. Raises ValueError with the reason."""
    code = str(cells["code"] or "").strip().removesuffix(".0")
    if not KATO.fullmatch(code):
        raise ValueError(_("“%(code)s” is no nine-digit KATO") % {"code": code})
    if oblast_of(code) not in oblasts:
        raise ValueError(_("%(code)s is in no region that was ever loaded") % {"code": code})
    source = str(cells["source"] or "").strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise ValueError(_("the source is missing or longer than %(most)d") % {"most": LONGEST_SOURCE})
    return Population(
        jurisdiction_id=jurisdiction,
        code=code,
        date=_day(cells["date"]),
        people=_people(cells["people"]),
        source=source,
    )


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value or "").strip())
    except ValueError:
        raise ValueError(_("“%(date)s” is no day like 2026-01-01") % {"date": value}) from None


def _people(value: Any) -> int:
    """A whole number; spaces between thousands are allowed, as official tables have them."""
    text = re.sub(r"[\s\u00a0\u202f]", "", str(value if value is not None else "")).removesuffix(".0")
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PEOPLE:
        raise ValueError(_("“%(people)s” is no number of people") % {"people": value})
    return int(text)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """``(line, cells)`` of every row that is not empty; the header is line 1."""
    table = _workbook(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _delimited(path)
    header: list[str] = []
    for line, values in table:
        if all(value is None or str(value).strip() == "" for value in values):
            continue
        if not header:
            header = [str(value or "").strip().lower() for value in values]
            if missing := [name for name in COLUMNS if name not in header]:
                raise TableUnreadable(_("the table has no column “%(column)s”") % {"column": missing[0]})
            continue
        padded = [*values, *[None] * (len(header) - len(values))]
        yield line, dict(zip(header, padded, strict=False))
    if not header:
        raise TableUnreadable(_("the table is empty"))


def _delimited(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableUnreadable(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": error}
        ) from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for values in reader:
            yield reader.line_num, list(values)
    except csv.Error as error:
        raise TableUnreadable(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": error}
        ) from error


def _workbook(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise TableUnreadable(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": error}
        ) from error
    for line, values in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
        yield line, list(values)
