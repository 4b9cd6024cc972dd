"""The portal itself behind nginx: web server, snapshot, and edits that people must see."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from geoportal.lib import env
from layers.models import Feature
from layers.snapshot.connection import connect
from layers.snapshot.live import Snapshot
from layers.statuses import Kind
from tests.nginx import running
from tests.nginx.running import Response, soon
from tests.scaling.servers import portal
from tests.tiles.decoded import counted, decoded, tile_at
from tests.world import add_feature, build_world

HERE, FAR = tile_at(70.5, 50.5, 8), tile_at(82.5, 50.5, 8)
# What docs/caching.md promises: the portal's own 0.3 s, a fifth of a second of nginx, and what a tile takes.
EDIT_SHOWS_WITHIN_S = 1.0


def address(tile: Any = HERE, query: str = "") -> str:
    return f"/tiles/problems/{tile.z}/{tile.x}/{tile.y}.mvt{query}"


@dataclass
class Site:
    port: int
    upstream: int
    snapshots: Path

    def ask(self, path: str, **headers: str) -> Response:
        return running.ask(self.port, path, **headers)

    def count(self) -> int:
        return counted(decoded(self.ask(address()).content))

    def version(self) -> str:
        snapshot = Snapshot(self.snapshots, connect)
        snapshot.refresh()
        snapshot.close()
        assert snapshot.state is not None
        return snapshot.state.collection_version(Kind.PROBLEM)


@pytest.fixture
def site(transactional_db: None, folder: Path, tmp_path: Path, settings: Any) -> Iterator[Site]:
    """With 150 problems in the tile HERE, so that it is compressed."""
    build_world()
    for n in range(150):
        add_feature(70.31 + n % 15 / 18, 50.05 + n // 15 / 12)
    settings.SNAPSHOT_DIR = tmp_path / "snapshot"
    call_command("build_snapshot")
    configured = env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal", secret=True)
    database = urlsplit(configured)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    web = portal(
        tmp_path / "web.log",
        DATABASE_URL=database,
        SNAPSHOT_DIR=str(settings.SNAPSHOT_DIR),
        BEHIND_PROXY="1",
        DATABASE_POOL_SIZE="2",
    )
    own = folder / tmp_path.name
    own.mkdir()
    with web as url:
        upstream = urlsplit(url).port or 0
        with running.nginx(own, upstream=upstream) as port:
            yield Site(port, upstream, settings.SNAPSHOT_DIR)


def test_edits_show_within_a_second_and_only_where_they_are(site: Site) -> None:
    """Both tiles are asked for all the time, so that they are always kept."""
    assert site.count() == 150
    far = site.ask(address(FAR)).headers["ETag"]
    waited = []
    for expected in (151, 152, 153):
        add_feature(70.6, 50.4)
        waited.append(soon(lambda expected=expected: site.count() == expected, within_s=3))
        assert site.ask(address(FAR)).headers["ETag"] == far
    Feature.objects.filter(pk=Feature.objects.order_by("pk").values("pk")[:1]).update(status="hidden")
    waited.append(soon(lambda: site.count() == 152, within_s=3))
    assert max(waited) < EDIT_SHOWS_WITHIN_S, waited


def test_who_has_a_tile_is_told_so_through_nginx(site: Site) -> None:
    for coding in ("gzip", "identity"):
        full = site.ask(address(), Accept_Encoding=coding)
        assert full.headers.get("Content-Encoding", "identity") == coding
        again = site.ask(address(), Accept_Encoding=coding, If_None_Match=full.headers["ETag"])
        assert (again.status, again.content) == (304, b"")
        assert again.headers["ETag"] == full.headers["ETag"]
        assert again.headers["Cache-Control"] == "no-cache"
        assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_a_tile_is_the_same_with_nginx_and_without(site: Site) -> None:
    for coding in ("gzip", "identity"):
        direct = running.ask(site.upstream, address(), Accept_Encoding=coding)
        through = [site.ask(address(), Accept_Encoding=coding) for _ in range(2)]
        for each in through:
            assert each.content == direct.content
            for name in ("ETag", "Content-Type", "Cache-Control", "Vary"):
                assert each.headers[name] == direct.headers[name], name
    zipped = site.ask(address(), Accept_Encoding="gzip")
    assert gzip.decompress(zipped.content) == site.ask(address()).content


def test_the_portal_is_asked_whether_a_tile_has_changed_and_makes_it_once(site: Site) -> None:
    assert site.ask(address()).cache == "MISS, MISS"
    seen = set()
    soon(lambda: seen.add(site.ask(address()).cache) or "HIT, REVALIDATED" in seen, within_s=3)
    assert seen <= {"HIT, MISS", "MISS, REVALIDATED", "HIT, REVALIDATED"}


def test_a_state_that_is_named_is_immutable_and_answered_without_the_portal(
    site: Site, tmp_path: Path
) -> None:
    named = address(query=f"?v={site.version()}")
    soon(lambda: "immutable" in site.ask(named, Cookie="sessionid=x").headers["Cache-Control"], within_s=3)
    first = site.ask(named)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    add_feature(70.6, 50.4)
    soon(lambda: site.count() == 151, within_s=3)
    later = site.ask(named)
    assert later.content == first.content, "that state, for ever"
    assert later.cache == "MISS, HIT"
    stale_name = site.ask(named, Cookie="sessionid=x")
    assert stale_name.headers["Cache-Control"] == "no-cache", "whoever names it only now gets what is now"


def test_the_api_is_kept_for_a_moment_in_no_language_and_pages_are_not(site: Site) -> None:
    api = "/api/v1/problems/?limit=3"
    assert site.ask(api).cache == "MISS, MISS"
    etag = site.ask(api).headers["ETag"]
    assert site.ask(api, If_None_Match=etag).status == 304
    add_feature(70.6, 50.4)
    soon(lambda: b'"numberMatched":151' in site.ask(api).content.replace(b" ", b""), within_s=3)
    for path in ("/api/v1/", "/api/v1/statuses/", "/tiles/problems.json", "/about/"):
        languages = {
            site.ask(path, Accept_Language=code).headers["Content-Language"] for code in ("kk", "ru")
        }
        assert languages == {"kk", "ru"}, path
        assert "X-Cache-Status" not in site.ask(path).headers


def test_an_error_is_told_in_the_readers_language(site: Site) -> None:
    for code in ("kk", "ru", "en"):
        wrong = site.ask(address(query="?nonsense=1"), Accept_Language=code)
        assert (wrong.status, wrong.headers["Content-Language"]) == (400, code)
