"""Every format gives the same features from the same reports, and streams in batches with the right row
numbers.
"""

import gzip
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest

from ingest import load as load_module
from ingest.rejects import Reason
from ingest.sources import SourceError
from layers.models import Feature
from tests.ingest.conftest import Load
from tests.ingest.files import (
    mapping,
    report,
    write_csv,
    write_geojson_lines,
    write_geoparquet,
    write_vector,
    write_xlsx,
)

ROWS = [report(f"A-{n}", title=f"Шұңқыр {n}", lon=str(70.25 + n / 4), closed="2026-04-01") for n in range(7)]
NATIVE = {"geometry": {"native": True}}

Write = Callable[[Path, list[dict[str, str]]], Path]


def csv_gz(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_bytes(gzip.compress(write_csv(path.with_suffix(".plain"), rows).read_bytes()))
    return path


def zipped_shapefile(path: Path, rows: list[dict[str, str]]) -> Path:
    folder = path.parent / "shape"
    folder.mkdir()
    write_vector(folder / "reports.shp", rows, driver="ESRI Shapefile")
    return Path(shutil.make_archive(str(path.with_suffix("")), "zip", folder))


def vector(driver: str) -> Write:
    return lambda path, rows: write_vector(path, rows, driver=driver)


FORMATS: dict[str, tuple[str, Write, dict[str, Any]]] = {
    "CSV": ("in.csv", write_csv, {}),
    "CSV, gzipped": ("in.csv.gz", csv_gz, {}),
    "XLSX": ("in.xlsx", write_xlsx, {}),
    "GeoJSON": ("in.geojson", vector("GeoJSON"), NATIVE),
    "GeoJSON lines": ("in.geojsonl", write_geojson_lines, NATIVE),
    "GeoPackage": ("in.gpkg", vector("GPKG"), NATIVE),
    "Shapefile": ("in.zip", zipped_shapefile, NATIVE),
    "FlatGeobuf": ("in.fgb", vector("FlatGeobuf"), NATIVE),
    "GeoParquet": ("in.parquet", write_geoparquet, NATIVE),
}


@pytest.mark.parametrize(("name", "write", "changes"), FORMATS.values(), ids=FORMATS)
def test_a_format_gives_the_features_that_went_into_it(
    name: str,
    write: Write,
    changes: dict[str, Any],
    load: Load,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load_module, "BATCH_ROWS", 3)
    bad = report("bad", lon="1", lat="2")
    file = write(tmp_path / name, [*ROWS, bad])
    done = load(file, **changes)
    assert done.counts == (8, 7, 0, 0, 1)
    assert done.reasons == {Reason.OUTSIDE: 1}
    (kept,) = done.rejects
    assert kept["number"] == "bad"
    assert kept["title"] == "Шұңқыр"
    first_line = 2 if name.endswith((".csv", ".csv.gz", ".xlsx")) else 1
    assert int(kept["line"]) == first_line + 7
    if "geometry" in kept:
        assert kept["geometry"] == "POINT (1 2)"
    found = Feature.objects.order_by("source_id")
    assert [(f.source_id, f.title, f.geom.x, f.geom.y) for f in found] == [
        (row["number"], row["title"], pytest.approx(float(row["lon"]), abs=1e-12), 50.25) for row in ROWS
    ]
    assert {f.closed_at.isoformat() for f in found if f.closed_at} == {"2026-03-31T19:00:00+00:00"}
    assert load(file, **changes).counts == (8, 0, 0, 7, 1)


def test_the_same_reports_in_another_format_change_nothing(load: Load, tmp_path: Path) -> None:
    load(write_csv(tmp_path / "in.csv", ROWS))
    assert load(write_xlsx(tmp_path / "in.xlsx", ROWS)).counts == (7, 0, 0, 7, 0)
    assert load(write_geoparquet(tmp_path / "in.parquet", ROWS), **NATIVE).counts == (7, 0, 0, 7, 0)


def test_a_spreadsheet_gives_dates_and_whole_numbers(load: Load, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "in.xlsx", [report("5")])
    book = openpyxl.load_workbook(path)
    sheet = book["reports"]
    sheet["A2"] = 5.0
    sheet["F2"] = datetime(2026, 3, 1, 10)  # noqa: DTZ001
    book.save(path)
    load(path)
    feature = Feature.objects.get()
    assert (feature.source_id, feature.received_at.isoformat()) == ("5", "2026-03-01T05:00:00+00:00")


def test_a_line_that_is_no_feature_is_rejected_and_the_others_load(load: Load, tmp_path: Path) -> None:
    file = write_geojson_lines(tmp_path / "in.geojsonl", ROWS[:2])
    lines = file.read_text().split("\n")
    file.write_text("\n".join([lines[0], '{"type": "Feature", "prop', "[1]", lines[1]]) + "\n")
    done = load(file, **NATIVE)
    assert done.counts == (4, 2, 0, 0, 2)
    assert [(row["line"], row["reason"]) for row in done.rejects] == [
        ("2", "broken_row"),
        ("3", "broken_row"),
    ]
    assert '"prop' in done.report.rejects.read_text().replace('""', '"')


def test_a_column_that_only_a_late_feature_has_is_kept_with_its_reject(load: Load, tmp_path: Path) -> None:
    file = write_geojson_lines(tmp_path / "in.geojsonl", ROWS[:1])
    late = json.loads(file.read_text().lstrip("\x1e"))
    late["properties"] |= {"number": "late", "note": "only here", "title": ""}
    with file.open("a") as out:
        out.write(json.dumps(late) + "\n")
    assert load(file, **NATIVE).rejects[0]["note"] == "only here"


@pytest.mark.parametrize("name", ["in.geojson", "in.gpkg", "in.parquet", "in.xlsx", "in.fgb", "in.zip"])
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, load: Load, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(SourceError, match="cannot be read"):
        load(tmp_path / name, **NATIVE)


def test_several_layers_ask_for_a_choice(load: Load, tmp_path: Path) -> None:
    file = write_vector(tmp_path / "in.gpkg", ROWS, driver="GPKG")
    table = pyogrio.read_arrow(file)[1]
    pyogrio.write_arrow(
        table.drop(["geom"]), file, layer="more", driver="GPKG", append=True, geometry_name=None
    )
    with pytest.raises(SourceError, match="layers in, more"):
        load(file, **NATIVE)
    assert load(file, layer="in", **NATIVE).counts == (7, 7, 0, 0, 0)


def test_semicolons_are_one_key_away(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report("A", lon="71,25", lat="50,25", text="")])
    text = file.read_text().replace('"71,25","50,25"', "71;25|50;25").replace(",", ";")
    file.write_text(text.replace("71;25|50;25", "71,25;50,25"))
    comma = mapping()["geometry"] | {"decimal_comma": True}
    assert load(file, delimiter=";", geometry=comma).counts == (1, 1, 0, 0, 0)
    assert Feature.objects.get().geom.coords == (71.25, 50.25)
