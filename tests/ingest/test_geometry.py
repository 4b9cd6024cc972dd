"""Lines and areas, repairs, and coordinate systems."""

import json
from pathlib import Path

import pyproj
import pytest

from ingest.mapping import MappingError
from ingest.rejects import Reason
from layers.models import Feature
from tests.ingest.conftest import Load, Loaded
from tests.ingest.files import report, write_csv, write_vector

AREA = "POLYGON((71.1 50.1, 71.2 50.1, 71.2 50.2, 71.1 50.1))"
BOWTIE = "POLYGON((71.1 50.1, 71.2 50.2, 71.2 50.1, 71.1 50.2, 71.1 50.1))"
FIELDS = {"source_id": "number", "title": "title", "received_at": "opened"}


def in_wkt(load: Load, folder: Path, wkt: str, **changes: object) -> Loaded:
    file = write_csv(folder / "in.csv", [report("A", text=wkt)])
    return load(file, fields=FIELDS, geometry={"wkt": "text"}, **changes)


@pytest.mark.parametrize(
    "wkt",
    [
        AREA,
        "LINESTRING(71.1 50.1, 71.2 50.2)",
        "MULTILINESTRING((71.1 50.1, 71.2 50.2), (71.3 50.1, 71.4 50.2))",
        f"MULTIPOLYGON({AREA.removeprefix('POLYGON')})",
    ],
)
def test_lines_and_areas_are_kept_as_they_came(wkt: str, load: Load, tmp_path: Path) -> None:
    assert in_wkt(load, tmp_path, wkt).counts == (1, 1, 0, 0, 0)
    assert Feature.objects.get().geom.wkt.replace(", ", ",").replace(" (", "(") == wkt.replace(", ", ",")


def test_heights_are_dropped(load: Load, tmp_path: Path) -> None:
    in_wkt(load, tmp_path, "LINESTRING Z (71.1 50.1 7, 71.2 50.2 8)")
    assert Feature.objects.get().geom.coords == ((71.1, 50.1), (71.2, 50.2))


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        (BOWTIE, Reason.INVALID_GEOMETRY),
        ("POLYGON((71.1", Reason.INVALID_GEOMETRY),
        ("POINT EMPTY", Reason.NO_COORDINATES),
        ("", Reason.NO_COORDINATES),
        ("MULTIPOINT(71.1 50.1, 71.2 50.2)", Reason.UNSUPPORTED_GEOMETRY),
        ("GEOMETRYCOLLECTION(POINT(71.1 50.1))", Reason.UNSUPPORTED_GEOMETRY),
        ("LINESTRING(71.1 50.1, 71.2 95)", Reason.IMPOSSIBLE_COORDINATES),
        ("LINESTRING(11.1 50.1, 11.2 50.1)", Reason.OUTSIDE),
    ],
)
def test_a_geometry_that_cannot_be_used_is_rejected(
    wkt: str, reason: Reason, load: Load, tmp_path: Path
) -> None:
    done = in_wkt(load, tmp_path, wkt)
    assert done.reasons == {reason: 1}
    assert done.rejects[0]["text"] == wkt


def test_a_multipoint_of_one_is_that_point(load: Load, tmp_path: Path) -> None:
    in_wkt(load, tmp_path, "MULTIPOINT(71.1 50.1)")
    assert Feature.objects.get().geom.wkt == "POINT (71.1 50.1)"


def test_repair_is_done_only_when_the_mapping_says_so(load: Load, tmp_path: Path) -> None:
    assert in_wkt(load, tmp_path, BOWTIE, repair=True).counts == (1, 1, 0, 0, 0)
    assert Feature.objects.get().geom.geom_type == "MultiPolygon"
    assert Feature.objects.get().geom.valid


def test_the_first_geometry_that_is_there_is_taken(load: Load, tmp_path: Path) -> None:
    area = json.dumps({"type": "Polygon", "coordinates": [[[71, 50], [71.5, 50], [71.5, 50.5], [71, 50]]]})
    rows = [report("area", text=area), report("point", text=""), report("broken", text='{"type": "Po')]
    ways = [{"geojson": "text"}, {"lon": "lon", "lat": "lat"}]
    done = load(write_csv(tmp_path / "in.csv", rows), fields=FIELDS, geometry=ways)
    assert done.reasons == {Reason.INVALID_GEOMETRY: 1}
    kinds = dict(Feature.objects.values_list("source_id", "geom"))
    assert {name: geom.geom_type for name, geom in kinds.items()} == {"area": "Polygon", "point": "Point"}


def oracle(crs: str, lon: float, lat: float) -> tuple[float, float]:
    """Easting and northing by PROJ through pyproj, which is another build than GDAL's."""
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)


@pytest.mark.parametrize("crs", ["EPSG:32642", "EPSG:3857", "EPSG:28412"])
def test_columns_in_a_projection_arrive_where_pyproj_says(crs: str, load: Load, tmp_path: Path) -> None:
    x, y = oracle(crs, 71.25, 50.25)
    geometry = {"lon": "lon", "lat": "lat", "crs": crs}
    load(write_csv(tmp_path / "in.csv", [report(lon=str(x), lat=str(y))]), geometry=geometry)
    assert Feature.objects.get().geom.coords == pytest.approx((71.25, 50.25), abs=2e-5)


def test_qaztrf_23_arrives_where_its_definition_says(load: Load, tmp_path: Path) -> None:
    # pyproj's registry is older than QazTRF-23, so the oracle is the projection written out.
    x, y = pyproj.Proj("+proj=tmerc +lon_0=69 +x_0=12500000 +ellps=GRS80 +units=m")(71.25, 50.25)
    geometry = {"lon": "lon", "lat": "lat", "crs": "EPSG:10946"}
    load(write_csv(tmp_path / "in.csv", [report(lon=str(x), lat=str(y))]), geometry=geometry)
    assert Feature.objects.get().geom.coords == pytest.approx((71.25, 50.25), abs=1e-7)


def test_a_declared_projection_of_a_file_is_obeyed(load: Load, tmp_path: Path) -> None:
    x, y = oracle("EPSG:32642", 71.25, 50.25)
    file = write_vector(
        tmp_path / "in.gpkg", [report(lon=str(x), lat=str(y))], driver="GPKG", crs="EPSG:32642"
    )
    load(file, geometry={"native": True})
    assert Feature.objects.get().geom.coords == pytest.approx((71.25, 50.25), abs=1e-7)


def test_coordinates_beyond_a_projection_cost_only_their_row(load: Load, tmp_path: Path) -> None:
    x, y = oracle("EPSG:32642", 71.25, 50.25)
    rows = [report(str(n), lon=str(x + n), lat=str(y)) for n in range(9)]
    rows.insert(4, report("far", lon="1e300", lat="1e300"))
    geometry = {"lon": "lon", "lat": "lat", "crs": "EPSG:32642"}
    done = load(write_csv(tmp_path / "in.csv", rows), geometry=geometry)
    assert done.reasons == {Reason.IMPOSSIBLE_COORDINATES: 1}
    assert done.rejects[0]["number"] == "far"


def test_an_unknown_coordinate_system_is_named(load: Load, tmp_path: Path) -> None:
    geometry = {"lon": "lon", "lat": "lat", "crs": "EPSG:99999999"}
    with pytest.raises(MappingError, match="EPSG:99999999"):
        load(write_csv(tmp_path / "in.csv", [report()]), geometry=geometry)
