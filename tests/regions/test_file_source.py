"""Boundaries that an operator brings: a file and its mapping."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from regions import coverage
from regions.sources.file import read
from regions.sources.source import SourceUnavailable, SourceUnusable

MAPPING = """
source = "bureau"
vintage = "2026"
valid_from = 2026-01-01
attribution = "Bureau"
licence = "CC BY 4.0"
[columns]
code = "kato"
name_kk = "atau"
name_ru = "name"
[expected]
oblasts = 2
rayons = 0
"""
SQUARES = {"KZ-11": (70, 50, 71, 51), "150000000": (71, 50, 72, 51)}


def write(folder: Path, *, mapping: str = MAPPING, epsg: int = 4326, **changes: Any) -> tuple[str, Path]:
    features = []
    for code, box in SQUARES.items():
        shape = shapely.box(*box)
        if epsg == 3857:
            shape = coverage.to_mercator(shape)
        properties = {"kato": code, "atau": f"{code} облысы", "name": f"область {code}"} | changes
        features.append(
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    file, told = folder / "units.geojson", folder / "mapping.toml"
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    told.write_text(mapping)
    return str(file), told


def test_a_file_is_read_as_its_mapping_says(tmp_path: Path) -> None:
    source = read(*write(tmp_path))
    assert [unit.code for unit in source.units] == ["110000000", "150000000"]
    assert source.units[0].name_kk == "KZ-11 облысы"
    assert (source.valid_from, source.valid_to) == (date(2026, 1, 1), None)
    assert (source.expected.oblasts, source.expected.area_km2) == (2, 2_724_900)
    assert len(source.sha256) == 64


def test_another_projection_is_turned_into_degrees(tmp_path: Path) -> None:
    source = read(*write(tmp_path, epsg=3857))
    assert source.units[1].geom.bounds == pytest.approx((71, 50, 72, 51), abs=1e-9)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (MAPPING.replace('attribution = "Bureau"\n', ""), "attribution"),
        (MAPPING.replace("2026-01-01", '"soon"'), "valid_from"),
        (MAPPING.replace('code = "kato"', 'code = "te"'), "no column “te”"),
        (MAPPING.replace('code = "kato"\n', ""), "no column for “code”"),
        (MAPPING + "areas = 3\n", "unknown key “areas”"),
        ("= nonsense", "cannot be read"),
    ],
)
def test_a_wrong_mapping_is_refused_by_name(tmp_path: Path, mapping: str, reason: str) -> None:
    with pytest.raises(SourceUnusable, match=reason):
        read(*write(tmp_path, mapping=mapping))


def test_a_code_that_is_no_kato_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnusable, match="“ALMATY”"):
        read(*write(tmp_path, kato="ALMATY"))


def test_a_file_that_is_none_is_unavailable(tmp_path: Path) -> None:
    _file, mapping = write(tmp_path)
    with pytest.raises(SourceUnavailable, match="there is no file"):
        read(str(tmp_path / "absent.gpkg"), mapping)
    (tmp_path / "noise.gpkg").write_bytes(b"noise")
    with pytest.raises(SourceUnavailable):
        read(str(tmp_path / "noise.gpkg"), mapping)
