"""XLSX: one sheet, column names in its first row."""

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from ingest.sources import Batch, BrokenRow, Reading, SourceError


class WorkbookSource:
    has_geometry = False
    crs = None

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
            raise SourceError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error}) from error
        name = reading.layer or book.sheetnames[0]
        if name not in book.sheetnames:
            raise SourceError(
                _("%(path)s has the sheets %(sheets)s, no “%(name)s”")
                % {"path": path, "sheets": ", ".join(book.sheetnames), "name": name},
                field="layer",
            )
        sheet = book[name]
        self.total = sheet.max_row
        self._rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        header = _trimmed(next(self._rows, (1, ()))[1])
        if not header or None in header:
            raise SourceError(_("%(path)s: the first row does not name every column") % {"path": path})
        self.columns = [str(cell).strip() for cell in header]

    def batches(self, size: int) -> Iterator[Batch]:
        width = len(self.columns)
        while some := list(islice(self._rows, size)):
            rows = [(number, _trimmed(row)) for number, row in some]
            good = [(n, (*row, *[None] * (width - len(row)))) for n, row in rows if 0 < len(row) <= width]
            message = _("more values than columns (%(columns)d)") % {"columns": width}
            yield Batch(
                numbers=[number for number, _row in good],
                columns={name: [row[i] for _n, row in good] for i, name in enumerate(self.columns)},
                broken=[BrokenRow(number, message, row) for number, row in rows if len(row) > width],
                done=some[-1][0],
            )


def _trimmed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the empty cells at its end, which a sheet may carry for no reason."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
