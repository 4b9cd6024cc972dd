"""GeoJSON, GeoPackage, Shapefile and FlatGeobuf, streamed by GDAL as Arrow batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from django.utils.translation import gettext as _
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from ingest.sources import Batch, Reading, SourceError
from ingest.sources.arrow import values_of

# GDAL's own number of a feature: the id of a GeoJSON feature that is a whole number, the primary key of a
# GeoPackage.
FID = "fid"


class VectorSource:
    has_geometry = True

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self._reading = reading
        try:
            layers = [str(name) for name, _kind in pyogrio.list_layers(path)]
            self._layer = self._choose(layers)
            info = pyogrio.read_info(path, layer=self._layer, encoding=reading.encoding)
        except (DataSourceError, DataLayerError) as error:
            raise SourceError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error}) from error
        self.crs = info["crs"]
        self.total = info["features"] if info["features"] >= 0 else None
        self.columns = [FID, *(str(name) for name in info["fields"] if name != FID)]

    def batches(self, size: int) -> Iterator[Batch]:
        done = 0
        try:
            with pyogrio.open_arrow(
                self.path,
                layer=self._layer,
                encoding=self._reading.encoding,
                batch_size=size,
                return_fids=True,
                datetime_as_string=True,
                use_pyarrow=True,
            ) as (meta, reader):
                for arrow in reader:
                    yield self._batch(arrow, meta["geometry_name"] or "wkb_geometry", done)
                    done += arrow.num_rows
        except (DataSourceError, DataLayerError, FieldError, pa.ArrowException, RuntimeError) as error:
            raise SourceError(
                _("%(path)s breaks off: %(why)s") % {"path": self.path, "why": error}
            ) from error

    def _choose(self, layers: list[str]) -> str:
        wanted = self._reading.layer
        if wanted is None and len(layers) == 1:
            return layers[0]
        if wanted in layers:
            return str(wanted)
        raise SourceError(
            _("%(path)s has the layers %(layers)s: name one with “layer” in the mapping")
            % {"path": self.path, "layers": ", ".join(layers)},
            field="layer",
        )

    def _batch(self, arrow: pa.RecordBatch, geometry: str, done: int) -> Batch:
        columns: dict[str, Any] = {}
        wkb: list[bytes | None] = [None] * arrow.num_rows
        for index, name in enumerate(arrow.schema.names):
            values = values_of(arrow.column(index))
            if name == geometry:
                wkb = values
            elif name == "OGC_FID" or name not in self.columns:
                columns.setdefault(FID, values)
            else:
                columns[name] = values
        return Batch(range(done + 1, done + arrow.num_rows + 1), columns, wkb=wkb, done=done + arrow.num_rows)
