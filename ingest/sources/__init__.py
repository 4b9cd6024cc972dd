"""One small protocol over every file format, and the choice of the reader by the file's name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError

# The name under which a rejects file keeps a geometry that is not in a column, as WKT.
GEOMETRY_COLUMN = "geometry"


class SourceError(DomainError):
    """The file, or what follows in it, cannot be read at all."""

    code = "unreadable_file"


class BrokenRow(NamedTuple):
    """A row that the format itself cannot read. ``values`` is what was there, as far as it can be told
    apart.
    """

    number: int
    message: str
    values: Sequence[Any]


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, by column.

    ``numbers``: line (text files) or ordinal of each row, from 1. ``columns``: name to values, None where
    there is none; text that was not in the encoding holds surrogates (``errors="surrogateescape"``). ``wkb``:
    the format's own geometry, one ``bytes`` or None a row; None for a format without. ``done``: how far the
    file is read, in the unit of ``Source.total``.
    """

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    wkb: Sequence[bytes | None] | None = None
    broken: Sequence[BrokenRow] = ()
    done: int = 0


class Source(Protocol):
    """A file being read.

    ``crs`` is what the file declares of its own geometry (anything GDAL understands), None when nothing.
    ``total`` is the end of ``Batch.done``: bytes or rows, None when the format does not tell.
    """

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def has_geometry(self) -> bool: ...
    @property
    def crs(self) -> str | None: ...
    @property
    def total(self) -> int | None: ...

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows in order, at most ``size`` a batch. Raises SourceError where the file breaks off."""
        ...


@dataclass(frozen=True)
class Reading:
    """What a mapping says of the file itself. ``layer``: layer or sheet, the only (first) one when None."""

    encoding: str | None = None
    delimiter: str = ","
    layer: str | None = None


@dataclass
class Formats:
    """Endings of file names and what reads them; the longest ending wins."""

    readers: dict[str, Callable[[Path, Reading], Source]] = field(default_factory=dict)

    def open(self, path: Path, reading: Reading) -> Source:
        """Raises SourceError for a missing file, an unknown ending or a file that is not what its name
        says.
        """
        if not path.is_file():
            raise SourceError(_("%(path)s: there is no such file") % {"path": path})
        name = path.name.lower()
        for ending in sorted(self.readers, key=len, reverse=True):
            if name.endswith(ending):
                return self.readers[ending](path, reading)
        known = ", ".join(self.readers)
        raise SourceError(_("%(path)s: not a known format (%(known)s)") % {"path": path, "known": known})
