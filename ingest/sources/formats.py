"""Which reader takes which file."""

from ingest.sources import Formats
from ingest.sources.delimited import DelimitedSource
from ingest.sources.geojson_lines import GeoJsonLinesSource
from ingest.sources.geoparquet import GeoParquetSource
from ingest.sources.vector import VectorSource
from ingest.sources.workbook import WorkbookSource

FORMATS = Formats(
    {
        ".csv": DelimitedSource,
        ".csv.gz": DelimitedSource,
        ".geojson": VectorSource,
        ".json": VectorSource,
        ".geojsonl": GeoJsonLinesSource,
        ".geojsons": GeoJsonLinesSource,
        ".geojsonseq": GeoJsonLinesSource,
        ".ndjson": GeoJsonLinesSource,
        ".gpkg": VectorSource,
        ".shp": VectorSource,
        ".zip": VectorSource,
        ".fgb": VectorSource,
        ".parquet": GeoParquetSource,
        ".geoparquet": GeoParquetSource,
        ".xlsx": WorkbookSource,
    }
)
