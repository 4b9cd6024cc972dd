"""Small files of reports, in every format, and the mapping that reads them."""

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

COLUMNS = ["number", "title", "text", "kind", "state", "opened", "closed", "lon", "lat"]
GOOD = {
    "number": "A-1",
    "title": "Шұңқыр",
    "text": "Үлкен шұңқыр",
    "kind": "pit",
    "state": "open",
    "opened": "2026-03-01T10:00:00",
    "closed": "",
    "lon": "71.25",
    "lat": "50.25",
}


def report(number: str = "A-1", **values: str) -> dict[str, str]:
    """One good report; any column may be given."""
    return GOOD | {"number": number} | values


def mapping(**changes: Any) -> dict[str, Any]:
    """A mapping for these files as TOML would give it; None removes a key."""
    whole: dict[str, Any] = {
        "source": "reports",
        "language": "kk",
        "fields": {
            "source_id": "number",
            "title": "title",
            "text": "text",
            "received_at": "opened",
            "closed_at": "closed",
        },
        "geometry": {"lon": "lon", "lat": "lat"},
        "category": {"column": "kind", "values": {"pit": "potholes", "leak": "water"}},
        "status": {"column": "state", "values": {"open": "new", "done": "resolved"}},
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def write_csv(path: Path, rows: list[dict[str, str]], *, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: list[dict[str, str]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("reports")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([float(row[c]) if c in ("lon", "lat") and row[c] else row[c] or None for c in COLUMNS])
    book.save(path)
    return path


def write_geojson_lines(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = []
    for row in rows:
        point = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}
        properties = {c: row[c] for c in COLUMNS[:7]}
        feature = {"type": "Feature", "properties": properties, "geometry": point}
        lines.append("\x1e" + json.dumps(feature, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_vector(path: Path, rows: list[dict[str, str]], *, driver: str, crs: str = "EPSG:4326") -> Path:
    """With a native geometry; ``lon`` and ``lat`` are in ``crs`` and not among the columns."""
    table = _table(rows).append_column("geometry", pa.array(_wkb(rows)))
    options: dict[str, Any] = {"encoding": "UTF-8"} if driver == "ESRI Shapefile" else {}
    pyogrio.write_arrow(
        table, path, driver=driver, geometry_name="geometry", geometry_type="Point", crs=crs, **options
    )
    return path


def write_geoparquet(path: Path, rows: list[dict[str, str]]) -> Path:
    table = _table(rows).append_column("place", pa.array(_wkb(rows)))
    geo = {
        "version": "1.1.0",
        "primary_column": "place",
        "columns": {"place": {"encoding": "WKB", "geometry_types": ["Point"]}},
    }
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, row_group_size=2)
    return path


def _table(rows: list[dict[str, str]]) -> pa.Table:
    return pa.table({c: pa.array([row[c] or None for row in rows], pa.string()) for c in COLUMNS[:7]})


def _wkb(rows: list[dict[str, str]]) -> list[bytes]:
    return [shapely.Point(float(row["lon"]), float(row["lat"])).wkb for row in rows]
