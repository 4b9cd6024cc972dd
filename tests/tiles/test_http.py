"""Tiles over HTTP: caching, compression, errors, and leave for other sites."""

import gzip
from typing import Any

import pytest
from django.test import Client

from tests.tiles.decoded import HOME, decoded, place
from tests.world import add_feature
from tiles.http import accepts_gzip

pytestmark = pytest.mark.usefixtures("world")
ADDRESS = f"/tiles/problems/{HOME.z}/{HOME.x}/{HOME.y}.mvt"
MANY = 40


@pytest.fixture
def _features(world: None) -> None:
    for number in range(MANY):
        add_feature(*place(100 * number, 50))


def get(client: Client, address: str = ADDRESS, **headers: str) -> Any:
    return client.get(address, headers=headers)


@pytest.mark.usefixtures("_features")
def test_a_tile_is_open_to_all_and_asked_for_again(client: Client) -> None:
    response = get(client)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert not response.cookies
    assert len(decoded(response.content)) == MANY


@pytest.mark.usefixtures("_features")
def test_a_compressed_answer_is_the_same_tile_under_another_etag(client: Client) -> None:
    plain, zipped = get(client), get(client, accept_encoding="br, gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert len(zipped.content) < len(plain.content)
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert not zipped.headers["ETag"].startswith("W/")
    assert zipped.content == get(client, accept_encoding="gzip").content


@pytest.mark.usefixtures("_features")
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_has_not_changed_is_not_sent_again(client: Client, encoding: str) -> None:
    etag = get(client, accept_encoding=encoding).headers["ETag"]
    again = get(client, accept_encoding=encoding, if_none_match=etag)
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == "no-cache"
    assert again.headers["Vary"] == "Accept-Encoding"
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    add_feature(*place(10, 10))
    assert get(client, accept_encoding=encoding, if_none_match=etag).status_code == 200


@pytest.mark.parametrize("query", ["", "?q=%2B", "?category=water"])
def test_an_empty_tile_is_no_content(client: Client, query: str) -> None:
    response = get(client, ADDRESS + query)
    assert response.status_code == 204
    assert response.content == b""
    assert "Content-Type" not in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("_features")
def test_head_says_what_get_would(client: Client) -> None:
    head, full = client.head(ADDRESS), get(client)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers[name] == full.headers[name]


def test_reference_tiles_may_be_kept_for_a_while(client: Client) -> None:
    response = get(client, "/tiles/regions/6/44/21.mvt")
    assert "max-age=300" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (f"{ADDRESS}?colour=red", "colour"),
        (f"{ADDRESS}?status=new&status=declined", "status"),
        (f"{ADDRESS}?status=gathering", "status"),
        (f"{ADDRESS}?category=no-such", "category"),
        (f"{ADDRESS}?region=999999999", "region"),
        (f"{ADDRESS}?from=yesterday", "from"),
        (f"{ADDRESS}?bbox=1,2,3", "bbox"),
        (f"{ADDRESS}?grid=finer", "grid"),
        (f"{ADDRESS}?limit=10", "limit"),
        ("/tiles/regions/6/44/21.mvt?grid=fine", "grid"),
        ("/tiles/regions/6/44/21.mvt?status=new", "status"),
        ("/tiles/problems.json?colour=red", "colour"),
        ("/tiles/problems.json?grid=finer", "grid"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client: Client, address: str, field: str) -> None:
    response = get(client, address)
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert response.json()["field"] == field


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/nothing.json",
        "/tiles/nothing/0/0/0.mvt",
        "/tiles/problems/4/16/0.mvt",
        "/tiles/problems/4/0/16.mvt",
        "/tiles/problems/17/0/0.mvt",
        "/tiles/regions/13/0/0.mvt",
        f"/tiles/problems/{'9' * 5000}/0/0.mvt",
        f"/tiles/problems/4/{'9' * 40}/0.mvt",
        "/tiles/problems/4/-1/0.mvt",
        "/tiles/problems/4/a/0.mvt",
        "/tiles/problems/4/0/0.png",
    ],
)
def test_a_tile_that_there_is_not_is_not_found(client: Client, address: str) -> None:
    response = get(client, address)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")


def test_tiles_are_only_read(client: Client) -> None:
    response = client.post(ADDRESS)
    assert response.status_code == 405
    assert response.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.usefixtures("_features")
def test_the_fine_grid_is_asked_for(client: Client) -> None:
    above = f"/tiles/problems/11/{HOME.x // 2}/{HOME.y // 2}.mvt"
    usual, fine = get(client, above), get(client, f"{above}?grid=fine")
    assert len(decoded(usual.content)) < len(decoded(fine.content))


@pytest.mark.usefixtures("_features")
def test_the_coarse_grid_is_asked_for(client: Client) -> None:
    above = f"/tiles/problems/11/{HOME.x // 2}/{HOME.y // 2}.mvt"
    usual, coarse = get(client, above), get(client, f"{above}?grid=coarse")
    assert len(decoded(coarse.content)) <= len(decoded(usual.content))
    assert coarse.headers["ETag"] != usual.headers["ETag"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("x-gzip", False),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(header: str, expected: bool) -> None:
    assert accepts_gzip(header) is expected
