"""GeoParquet 1.x with WKB geometry, and plain Parquet, by row group."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from ingest.sources import Batch, Reading, SourceError
from ingest.sources.arrow import values_of


class GeoParquetSource:
    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise SourceError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error}) from error
        self.total = self._file.metadata.num_rows
        self._geometry, self.crs = self._declared()
        self.has_geometry = self._geometry is not None
        self.columns = [n for n in self._file.schema_arrow.names if n != self._geometry]

    def batches(self, size: int) -> Iterator[Batch]:
        done = 0
        try:
            for arrow in self._file.iter_batches(batch_size=size):
                columns = dict(zip(arrow.schema.names, map(values_of, arrow.columns), strict=True))
                wkb = columns.pop(self._geometry, None) if self._geometry else None
                numbers = range(done + 1, done + arrow.num_rows + 1)
                done += arrow.num_rows
                yield Batch(numbers, columns, wkb=wkb, done=done)
        except (pa.ArrowException, OSError) as error:
            raise SourceError(
                _("%(path)s breaks off: %(why)s") % {"path": self.path, "why": error}
            ) from error

    def _declared(self) -> tuple[str | None, str | None]:
        """Name and CRS of the geometry column, from the file's "geo" metadata (GeoParquet 1.1, Column
        metadata).
        """
        metadata = self._file.schema_arrow.metadata or {}
        if b"geo" not in metadata:
            return None, None
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        name = geo["primary_column"]
        column = geo["columns"][name]
        if column["encoding"] != "WKB":
            raise SourceError(
                _("%(path)s: geometry is encoded as %(encoding)s; write it as WKB")
                % {"path": self.path, "encoding": column["encoding"]}
            )
        # No "crs" means longitude and latitude on WGS 84; an explicit null means "unknown".
        crs = column.get("crs", "OGC:CRS84")
        return name, json.dumps(crs) if isinstance(crs, dict) else crs
