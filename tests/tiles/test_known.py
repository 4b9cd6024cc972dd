"""Who asks again for a tile that has not changed is told so without the tile, the database or Django."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geoportal.known_tiles import KnownTiles
from layers.models import Category, Feature
from layers.snapshot import process
from layers.snapshot.build import build
from layers.snapshot.live import Snapshot
from layers.statuses import Kind
from tests.layers.snapshot.conftest import own_connection
from tests.tiles.decoded import counted, decoded, tile_at
from tests.world import add_feature
from tiles import asked

pytestmark = pytest.mark.usefixtures("world")

HERE, FAR = tile_at(70.5, 50.5, 8), tile_at(82.5, 50.5, 8)


def address(tile: Any = HERE, query: str = "", layer: str = "problems") -> str:
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt{query}"


@pytest.fixture
def snapshot(world: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    """The snapshot of this process, with one problem; a test polls by itself."""
    add_feature(70.5, 50.5)
    found = Snapshot(tmp_path, own_connection)
    build(own_connection(), tmp_path)
    found.refresh()
    monkeypatch.setattr(process, "current", lambda: found.state)
    asked._remembered.clear()
    yield found
    asked._remembered.clear()


def etag(client: Client, path: str, **headers: str) -> str:
    return str(client.get(path, headers=headers).headers["ETag"])


def status(client: Client, path: str, given: str, **headers: str) -> int:
    return int(client.get(path, headers={"if_none_match": given, **headers}).status_code)


def test_an_edit_gives_the_tiles_around_it_other_etags_and_no_others(
    client: Client, snapshot: Snapshot
) -> None:
    here, far = etag(client, address()), etag(client, address(FAR))
    other_kind = etag(client, address(layer="needs"))
    add_feature(70.6, 50.4)
    snapshot.refresh()

    assert status(client, address(), here) == 200
    assert status(client, address(FAR), far) == 304
    assert status(client, address(layer="needs"), other_kind) == 304
    assert counted(decoded(client.get(address()).content)) == 2


def test_filters_grids_and_codings_have_etags_of_their_own(client: Client, snapshot: Snapshot) -> None:
    for n in range(150):
        add_feature(70.31 + n % 15 / 18, 50.05 + n // 15 / 12)
    snapshot.refresh()
    found = [
        etag(client, address()),
        etag(client, address(), accept_encoding="gzip"),
        etag(client, address(query="?status=open")),
        etag(client, address(query="?grid=fine")),
        etag(client, address(tile_at(70.5, 50.5, 9))),
    ]
    assert len(set(found)) == len(found)
    assert status(client, address(), found[1], accept_encoding="gzip") == 304
    assert status(client, address(), found[2]) == 200


def test_the_same_filter_in_other_words_has_the_same_etag(client: Client, snapshot: Snapshot) -> None:
    assert etag(client, address(query="?status=new,accepted&region=110000000")) == etag(
        client, address(query="?region=110000000&status=accepted,%20new&lang=ru")
    )


def test_a_304_asks_nothing_of_the_database(client: Client, snapshot: Snapshot) -> None:
    query = "?status=open&category=roads&region=110000000"
    given = etag(client, address(query=query))
    with CaptureQueriesContext(connection) as asked_of:
        assert status(client, address(query=query), given) == 304
    assert len(asked_of) == 0


def test_a_tile_from_the_snapshot_is_the_same_as_from_the_database(
    client: Client, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = client.get(address(), headers={"accept_encoding": "gzip"})
    monkeypatch.setattr(process, "current", lambda: None)
    slow = client.get(address(), headers={"accept_encoding": "gzip"})
    assert fast.content == slow.content
    assert fast.headers["ETag"] != slow.headers["ETag"]


def test_a_state_that_is_named_may_be_kept_for_ever(client: Client, snapshot: Snapshot) -> None:
    assert snapshot.state is not None
    version = snapshot.state.collection_version(Kind.PROBLEM)
    exact = client.get(address(query=f"?v={version}"))
    assert exact.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    add_feature()
    snapshot.refresh()
    later = client.get(address(query=f"?v={version}"))
    assert later.headers["Cache-Control"] == "no-cache", "it is not the state of that name any more"
    assert counted(decoded(later.content)) == 2
    assert client.get(address(query="?v=nonsense")).headers["Cache-Control"] == "no-cache"


def test_a_tiles_own_number_names_no_state(client: Client, snapshot: Snapshot) -> None:
    assert snapshot.state is not None
    own = snapshot.state.version(snapshot.state.numbers.of_tile(Kind.PROBLEM, HERE, 256) + 7)
    collection = snapshot.state.collection_version(Kind.PROBLEM)
    for version in {own, f"{collection}7"}:
        assert client.get(address(query=f"?v={version}")).headers["Cache-Control"] == "no-cache"


def test_a_long_query_is_not_remembered(client: Client, snapshot: Snapshot) -> None:
    client.get(address(query=f"?v={'x' * 5_000}"))
    assert not asked._remembered


@pytest.mark.parametrize("query", ["?q=hole", "?bbox=70,50,71,51", "?at=2019-01-01&region=110000000"])
def test_where_the_database_has_a_part_only_the_content_can_tell(
    client: Client, snapshot: Snapshot, query: str
) -> None:
    assert snapshot.state is not None
    version = snapshot.state.collection_version(Kind.PROBLEM)
    response = client.get(address(query=f"{query}&v={version}"))
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["ETag"] != etag(client, address())


def test_so_it_is_where_a_shape_is_drawn(client: Client, snapshot: Snapshot) -> None:
    line = add_feature(geom="LINESTRING (70.5 50.5, 70.51 50.5)")
    snapshot.refresh()
    near = tile_at(70.5, 50.5, 14)
    before = etag(client, address(near))
    # Not noted yet by the snapshot, but drawn.
    Feature.objects.filter(pk=line.pk).update(geom="SRID=4326;LINESTRING (70.5 50.5, 70.52 50.51)")
    assert etag(client, address(near)) != before


def test_a_vocabulary_that_changed_is_read_again(client: Client, snapshot: Snapshot) -> None:
    assert client.get(address(query="?category=air")).status_code == 400
    before = client.get(address(query="?category=roads"))
    Category.objects.create(
        code="air", parent_id="roads", name_kk="Ауа", name_ru="Воздух", name_en="Air", position=9
    )
    add_feature(70.5, 50.5, category_id="air")
    snapshot.refresh()
    after = client.get(address(query="?category=roads"))
    assert counted(decoded(after.content)) == counted(decoded(before.content)) + 1


class TestBeforeDjango:
    """geoportal.known_tiles around a portal that must not be asked."""

    @staticmethod
    def call(path: str, given: str, *, method: str = "GET", query: str = "") -> dict[str, Any]:
        told: dict[str, Any] = {}

        def portal(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
            told["portal"] = True
            return [b"portal"]

        def start_response(line: str, headers: list[tuple[str, str]]) -> None:
            told["line"], told["headers"] = line, dict(headers)

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_IF_NONE_MATCH": given,
        }
        told["body"] = b"".join(KnownTiles(portal)(environ, start_response))
        return told

    def test_a_known_tile_is_answered_with_what_a_cache_needs(
        self, client: Client, snapshot: Snapshot
    ) -> None:
        full = client.get(address(query="?status=open"))
        told = self.call(address(), full.headers["ETag"], query="status=open")
        assert told["line"] == "304 Not Modified"
        assert told["body"] == b""
        assert "portal" not in told
        for header in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            assert told["headers"][header] == full.headers[header]
        assert len(told["headers"]["X-Request-ID"]) == 32

    @pytest.mark.parametrize(
        ("path", "query", "method"),
        [
            (address(), "", "POST"),
            (address(), "status=solved", "GET"),
            (address(), "nonsense=1", "GET"),
            (address(layer="needs"), "", "GET"),
            (address(layer="regions"), "", "GET"),
            (address(layer="nothing"), "", "GET"),
            ("/tiles/problems/99/0/0.mvt", "", "GET"),
            ("/tiles/problems/3/900/0.mvt", "", "GET"),
            ("/", "", "GET"),
        ],
    )
    def test_everything_else_is_the_portals(
        self, client: Client, snapshot: Snapshot, path: str, query: str, method: str
    ) -> None:
        given = etag(client, address())
        client.get(path, headers={"if_none_match": given})
        assert self.call(path, given, query=query, method=method)["portal"]

    def test_a_changed_tile_is_the_portals(self, client: Client, snapshot: Snapshot) -> None:
        given = etag(client, address())
        add_feature()
        snapshot.refresh()
        assert self.call(address(), given)["portal"]

    def test_without_a_snapshot_everything_is_the_portals(
        self, client: Client, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = etag(client, address())
        monkeypatch.setattr(process, "current", lambda: None)
        assert self.call(address(), given)["portal"]

    def test_who_takes_gzip_is_told_of_the_compressed_tile(self, client: Client, snapshot: Snapshot) -> None:
        for n in range(150):
            add_feature(70.31 + n % 15 / 18, 50.05 + n // 15 / 12)
        snapshot.refresh()
        full = client.get(address(), headers={"accept_encoding": "gzip"})
        assert decoded(gzip.decompress(full.content)) == decoded(client.get(address()).content)
        assert self.call(address(), full.headers["ETag"])["headers"]["ETag"] == full.headers["ETag"]
