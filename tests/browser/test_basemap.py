"""Land under the data: an archive that GDAL writes, in the scheme that the page's style draws."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, Portal
from tests.browser.pages import wait_for_map

pytestmark = pytest.mark.browser
CREDIT = "© Testers of land"


def write_archive(path: Path) -> None:
    """The land around Almaty, as Protomaps' scheme calls it."""
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.box(76.5, 43.0, 77.4, 43.5))], dtype=object),
        field_data=[np.array(["earth"], dtype=object)],
        fields=np.array(["kind"], dtype=object),
        geometry_type="Polygon",
        crs="EPSG:4326",
        layer="earth",
        driver="PMTiles",
        dataset_options={"MINZOOM": "0", "MAXZOOM": "8"},
    )


@pytest.fixture(scope="module")
def portal_with_land(empty: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    archive = tmp_path_factory.mktemp("land") / "almaty.pmtiles"
    write_archive(archive)
    settings = {"BASEMAP_PMTILES": str(archive), "BASEMAP_ATTRIBUTION": CREDIT}
    with empty.filled("land", "-m", "tests.browser.country", **settings) as running:
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_reads_the_archive_by_ranges_and_names_its_source(
    portal_with_land: Portal, open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page("/?lang=kk#map=7/43.25/76.93", of=portal_with_land, color_scheme=scheme)
    wait_for_map(page)
    asked = "performance.getEntriesByType('resource').filter(e => e.name.includes('/basemap/'))"
    assert set(page.evaluate(f"{asked}.map(e => e.responseStatus)")) == {206}
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text(CREDIT)
