"""The portal itself behind nginx: web server, snapshot, and edits that people must see."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

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
def site(transactional_db: None, folder: Path, tmp_path: Path) -> Iterator[Site]:
    """What it holds is committed, since another process reads it."""
    build_world()
    for n in range(150):
        add_feature(70.31 + n % 15 / 18, 50.05 + n // 15 / 12)
    snapshots = tmp_path / "snapshot"
    with override_settings(SNAPSHOT_DIR=snapshots):
        call_command("build_snapshot")
    configured = env.text("DATABASE_URL", "postgresql://geoportal@localhost/geoportal", secret=True)
    database = urlsplit(configured)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    web = portal(
        tmp_path / "web.log",
        DATABASE_URL=database,
        SNAPSHOT_DIR=str(snapshots),
        BEHIND_PROXY="1",
    )
    with web as url:
        upstream = urlsplit(url).port or 0
        own = folder / tmp_path.name
        own.mkdir()
        with running.nginx(own, upstream=upstream) as port:
            yield Site(port, upstream, snapshots)


def test_edits_show_within_a_second_and_only_where_they_are(site: Site) -> None:
    """The tile is asked for all the time, so that it is always kept."""
    begun = site.count()
    assert begun > 100
    far = site.ask(address(FAR)).headers["ETag"]
    waited, added = [], []
    for _ in range(3):
        added.append(add_feature(70.6, 50.4))
        waited.append(soon(lambda: site.count() == begun + len(added), within_s=3))
        assert site.ask(address(FAR)).headers["ETag"] == far
    for more in (2, 1, 0):
        Feature.objects.filter(pk=added.pop().pk).update(status="hidden")
        waited.append(soon(lambda: site.count() == begun + more, within_s=3))  # noqa: B023 - called at once
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
    seen: set[str] = set()
    path = address(query="?category=potholes")
    assert site.ask(path).cache == "MISS, MISS"
    soon(lambda: seen.add(site.ask(path).cache) or "HIT, REVALIDATED" in seen, within_s=3)  # type: ignore[func-returns-value]
    assert seen <= {"HIT, MISS", "MISS, REVALIDATED", "HIT, REVALIDATED"}


def test_a_state_that_is_named_is_immutable_and_answered_without_the_portal(site: Site) -> None:
    named = address(query=f"?v={site.version()}")
    soon(lambda: "immutable" in site.ask(named, Cookie="sessionid=x").headers["Cache-Control"], within_s=3)
    first = site.ask(named)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    before = site.count()
    add_feature(70.6, 50.4)
    soon(lambda: site.count() == before + 1, within_s=3)
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
    before = json.loads(site.ask(api).content)["numberMatched"]
    add_feature(70.6, 50.4)
    soon(lambda: json.loads(site.ask(api).content)["numberMatched"] == before + 1, within_s=3)
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
