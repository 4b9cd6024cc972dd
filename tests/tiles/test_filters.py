"""Each filter of the addresses, on tiles with cells and on tiles with features."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from tests.tiles.decoded import asked, counted, tile_at
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, WEST, add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

PLACES = {"west": (70.5, 50.5), "south": (71.5, 50.2), "north": (71.5, 50.8), "east": (72.5, 50.5)}


@pytest.fixture(autouse=True)
def _features(world: None) -> None:
    add_feature(*PLACES["west"], title="A pit near the school", category_id="potholes")
    add_feature(*PLACES["south"], category_id="roads", status="in_progress")
    add_feature(
        *PLACES["north"],
        category_id="water",
        status="confirmed",
        # 2026-04-01 in Almaty (UTC+5) already.
        received_at=datetime(2026, 3, 31, 19, 0, tzinfo=UTC),
    )
    add_feature(*PLACES["east"], status="declined", title="Шұңқыр")


@pytest.mark.parametrize("zoom", [0, 5, 10, 12, 16])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"west", "south", "north", "east"}),
        (f"region={WEST}", {"west"}),
        (f"region={MIDDLE}", {"south", "north"}),
        (f"region={MIDDLE_NORTH},{EAST}", {"north", "east"}),
        ("region=kz", {"west", "south", "north", "east"}),
        ("category=potholes", {"west", "east"}),
        ("category=roads", {"west", "south", "east"}),
        ("category=water,potholes", {"west", "north", "east"}),
        ("status=open", {"west", "south"}),
        ("status=declined", {"east"}),
        ("status=in_progress,solved", {"south", "north"}),
        ("from=2026-04-01", {"north"}),
        ("to=2026-03-31", {"west", "south", "east"}),
        ("from=2026-03-15&to=2026-03-15", {"west", "south", "east"}),
        ("bbox=71,50,72,50.5", {"south"}),
        ("bbox=72.4,50,70.6,51", {"west", "east"}),
        ("q=school", {"west"}),
        ("q=шункыр", {"east"}),
        (f"at=2020-01-01&region={WEST}", {"west", "south", "north"}),
        ("status=open&category=potholes&q=pit", {"west"}),
        ("region=", {"west", "south", "north", "east"}),
        ("lang=ru", {"west", "south", "north", "east"}),
    ],
)
def test_a_filter_means_the_same_at_every_zoom(query: str, expected: set[str], zoom: int) -> None:
    tiles = {tile_at(*place, zoom) for place in PLACES.values()}

    assert sum(counted(asked(tile, query)) for tile in tiles) == len(expected)
    if zoom >= 10:
        found = {name for name, place in PLACES.items() if asked(tile_at(*place, zoom), query)}
        assert found == expected


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE layers_feature; --", "a\nb", "%sx", "%(west)s", "{rows}", "\\"]
)
def test_what_a_reader_types_is_only_ever_a_value(text: str) -> None:
    query = urlencode({"q": text})
    for name in ("problems", "regions", "settlements"):
        for zoom in (5, 12):
            assert asked(tile_at(*PLACES["west"], zoom), query, layer=name) == []
    assert counted(asked(tile_at(*PLACES["west"], 0))) == 4
