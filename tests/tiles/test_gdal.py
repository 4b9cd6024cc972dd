"""GDAL reads our tiles, and sees what we meant: an oracle that shares no code with us."""

from pathlib import Path
from typing import Any

import pyogrio
import pytest
from django.http import QueryDict

from geoportal.lib.geo import Tile
from layers.catalogue import COLLECTIONS
from layers.models import Feature
from tests.tiles.decoded import HOME, place
from tests.world import add_feature
from tiles.tile import tile_bytes

pytestmark = pytest.mark.usefixtures("world")
UNIT_DEG = 360 / 4096 / 2**HOME.z


def read(folder: Path, tile: Tile) -> Any:
    """GDAL takes the tile's place from the name of its file: z/x/y.pbf."""
    collection = COLLECTIONS["problems"]
    file = folder / f"{tile.z}" / f"{tile.x}" / f"{tile.y}.pbf"
    file.parent.mkdir(parents=True)
    file.write_bytes(tile_bytes(collection, collection.parse(QueryDict("")), tile))
    return pyogrio.read_dataframe(file, layer="problems").to_crs(4326)


def test_gdal_finds_features_where_they_are(tmp_path: Path) -> None:
    add_feature(*place(10, 10))
    add_feature(*place(4000, 4000), status="confirmed", category_id="water")
    west, north = place(2000, 2000)
    add_feature(geom=f"LINESTRING({west} {north}, {west + 0.01} {north})", status="accepted")
    found = read(tmp_path, HOME)
    assert sorted(found.geom_type) == ["LineString", "Point", "Point", "Point"]
    for _index, row in found[found.geom_type == "Point"].iterrows():
        feature = Feature.objects.get(pk=row["id"])
        assert (row["status"], row["category"]) == (feature.status, feature.category_id)
        centre = feature.geom if feature.geom.geom_type == "Point" else feature.geom.point_on_surface
        assert (row.geometry.x, row.geometry.y) == pytest.approx((centre.x, centre.y), abs=2 * UNIT_DEG)
    assert set(found["mvt_id"]) == set(Feature.objects.values_list("pk", flat=True))


def test_gdal_reads_the_counts_of_cells(tmp_path: Path) -> None:
    for x in (10, 20, 30):
        add_feature(*place(x, 10))
    found = read(tmp_path, Tile(11, HOME.x // 2, HOME.y // 2))
    assert found[["count", "open"]].to_numpy().tolist() == [[3, 3]]
