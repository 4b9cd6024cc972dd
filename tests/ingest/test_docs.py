"""docs/loading.md names everything a mapping and a rejects file can hold, and its example works."""

import re
import tomllib

from django.conf import settings

from ingest.mapping_file import parse_mapping
from ingest.rejects import Reason
from ingest.sources.formats import FORMATS

MANUAL = (settings.BASE_DIR / "docs" / "loading.md").read_text(encoding="utf-8")


def test_the_example_is_a_mapping() -> None:
    example = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)[0]
    mapping = parse_mapping(tomllib.loads(example))
    assert mapping.places[0].crs == "EPSG:10946"
    assert set(mapping.times) == {"received_at", "first_response_at", "due_at", "resolved_at", "closed_at"}


def test_every_reason_is_explained() -> None:
    assert [reason for reason in Reason if f"`{reason.value}`" not in MANUAL] == []


def test_every_format_is_named() -> None:
    names = {
        ".geojson": "GeoJSON",
        ".json": "GeoJSON",
        ".gpkg": "GeoPackage",
        ".fgb": "FlatGeobuf",
        ".xlsx": "XLSX",
    }
    names |= {".parquet": "GeoParquet", ".geoparquet": "GeoParquet", ".csv": "CSV"}
    assert [end for end in FORMATS.readers if names.get(end, f"`{end}`") not in MANUAL] == []
