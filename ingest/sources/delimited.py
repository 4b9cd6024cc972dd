"""CSV and its relatives, also gzipped, with the line number of every row.

Python's own reader, not Arrow's: it keeps line numbers across quoted line breaks, and one bad line costs one
row.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from ingest.sources import Batch, BrokenRow, Reading, SourceError


class DelimitedSource:
    has_geometry = False
    crs = None

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.total = path.stat().st_size
        self._bytes: IO[bytes] = path.open("rb")
        packed = path.name.lower().endswith(".gz")
        unpacked = gzip.GzipFile(fileobj=self._bytes) if packed else self._bytes
        try:
            # A byte order mark is no part of the first column's name. Undecodable bytes survive as
            # surrogates. Kept, because it closes the file under it when it goes.
            self._text = io.TextIOWrapper(
                unpacked,
                encoding=_without_mark(reading.encoding or "utf-8"),
                errors="surrogateescape",
                newline="",
            )
        except LookupError as error:
            raise SourceError(
                _("there is no encoding “%(name)s”") % {"name": reading.encoding}, field="encoding"
            ) from error
        self._raw: list[str] = []
        self._reader = csv.reader(self._lines(), delimiter=reading.delimiter)
        self.columns = self._header()

    def batches(self, size: int) -> Iterator[Batch]:
        numbers: list[int] = []
        rows: list[list[str]] = []
        broken: list[BrokenRow] = []
        width = len(self.columns)
        for number, row, problem in self._rows():
            if problem is None and len(row) == width:
                numbers.append(number)
                rows.append(row)
            else:
                broken.append(BrokenRow(number, problem or self._wrong_width(row), row))
            if len(rows) + len(broken) >= size:
                yield self._batch(numbers, rows, broken)
                numbers, rows, broken = [], [], []
        if rows or broken:
            yield self._batch(numbers, rows, broken)

    def _rows(self) -> Iterator[tuple[int, list[str], str | None]]:
        """Line number of the first line, fields, and what is wrong with them; blank lines are no rows."""
        while True:
            number = self._reader.line_num + 1
            self._raw.clear()
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, ["".join(self._raw)], str(error)
                continue
            except (EOFError, OSError) as error:
                raise SourceError(
                    _("%(path)s breaks off: %(why)s") % {"path": self.path, "why": error}
                ) from error
            if row:
                yield number, row, None

    def _lines(self) -> Iterator[str]:
        for line in self._text:
            self._raw.append(line)
            yield line

    def _header(self) -> list[str]:
        _number, header, problem = next(self._rows(), (1, [], None))
        if problem or not header:
            raise SourceError(_("%(path)s: there is no line with column names") % {"path": self.path})
        names = [name.strip() for name in header]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SourceError(
                _("%(path)s: two columns are called “%(name)s”") % {"path": self.path, "name": twice[0]}
            )
        return names

    def _wrong_width(self, row: list[str]) -> str:
        return _("%(found)d values, %(expected)d columns") % {
            "found": len(row),
            "expected": len(self.columns),
        }

    def _batch(self, numbers: list[int], rows: list[list[str]], broken: list[BrokenRow]) -> Batch:
        values = zip(*rows, strict=True) if rows else ([] for _column in self.columns)
        columns = dict(zip(self.columns, values, strict=True))
        return Batch(numbers, columns, broken=broken, done=self._bytes.tell())


def _without_mark(encoding: str) -> str:
    return "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
