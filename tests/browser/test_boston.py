"""The README's story: its commands load a real file, and the map shows exactly what was accepted."""

import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import pytest
from playwright.sync_api import Page

from geoportal.lib.geo import EXTENT, Bbox, Tile, position
from tests.browser.conftest import ROOT, Portal
from tests.browser.pages import count_shown, wait_for_map

pytestmark = [pytest.mark.browser, pytest.mark.data]

ROWS_IN_THE_FILE = 81_408
# The outline that the README gives the city.
BOSTON = Bbox(-71.20, 42.22, -70.98, 42.41)
ZOOMS = (9, 12, 14)


def commands() -> list[list[str]]:
    """The README's second block of commands, with its folder of data where the tests have it."""
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("```sh\n")[2].split("```")[0]
    lines = block.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines]


@pytest.fixture(scope="module")
def report(portal: Portal, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the load said."""
    said = ""
    for program, *arguments in commands():
        assert program == ".venv/bin/geoportal"
        given = [word.replace("../shared/data", str(data_dir)) for word in arguments]
        if given[0] == "load_layer":
            given += ["--rejects", str(tmp_path_factory.mktemp("boston") / "rejects.csv")]
        done = subprocess.run(
            [sys.executable, "-m", "geoportal", *given],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": portal.database, "LANGUAGE": "en"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout
    return said


def number(report: str, word: str) -> int:
    found = re.search(rf"([\d,]+) {word}", report)
    assert found, report
    return int(found[1].replace(",", ""))


def accepted(portal: Portal) -> int:
    return portal.sql("SELECT count(*) FROM layers_feature WHERE jurisdiction_id = 'boston'")


def test_every_row_is_accounted_for(portal: Portal, report: str) -> None:
    assert number(report, "read") == ROWS_IN_THE_FILE
    assert number(report, "inserted") + number(report, "rejected") == ROWS_IN_THE_FILE
    assert number(report, "inserted") == accepted(portal) > 60_000


def test_the_map_shows_what_was_accepted(portal: Portal, report: str, open_page: Callable[..., Page]) -> None:
    page = open_page("/?lang=en&region=boston")
    wait_for_map(page)
    assert count_shown(page) == accepted(portal)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_the_tiles_of_a_zoom_add_up_to_what_was_accepted(portal: Portal, report: str, zoom: int) -> None:
    west, north = (each >> (30 - zoom) for each in position(BOSTON.west, BOSTON.north))
    east, south = (each >> (30 - zoom) for each in position(BOSTON.east, BOSTON.south))
    tiles = [Tile(zoom, x, y) for x in range(west, east + 1) for y in range(north, south + 1)]
    assert sum(counted(portal, tile) for tile in tiles) == accepted(portal)


def counted(portal: Portal, tile: Tile) -> int:
    address = f"{portal.url}/tiles/problems/{tile.z}/{tile.x}/{tile.y}.mvt?region=boston"
    with urllib.request.urlopen(address, timeout=30) as response:
        body = response.read()
    features = mapbox_vector_tile.decode(body)["problems"]["features"] if body else []
    inside = [
        feature["properties"]
        for feature in features
        if feature["geometry"]["type"] == "Point"
        and all(0 <= value < EXTENT for value in flipped(feature["geometry"]["coordinates"]))
    ]
    return sum(properties.get("count", 1) for properties in inside)


def flipped(coordinates: list[int]) -> tuple[int, int]:
    """The decoder turns y upwards: 4096 at the tile's upper edge."""
    x, y = coordinates
    return x, EXTENT - y
