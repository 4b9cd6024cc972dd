"""A street-level basemap in one file, served by ranges."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from geoportal.basemap import CHUNK_BYTES, basemap_address, byte_range
from geoportal.map_config import basemap

CONTENT = bytes(range(256)) * 8  # 2,048 bytes


@pytest.fixture
def file(tmp_path: Path, settings: LazySettings) -> Path:
    path = tmp_path / "kazakhstan.pmtiles"
    path.write_bytes(CONTENT)
    settings.BASEMAP_PMTILES = str(path)
    return path


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-99", range(100)),
        ("bytes=90-200", range(90, 100)),
        ("bytes=90-", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-500", range(100)),
    ],
)
def test_a_range_is_what_rfc_9110_says(header: str, expected: range) -> None:
    assert byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=5-4", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", ""])
def test_what_is_no_single_range_is_ignored(header: str) -> None:
    assert byte_range(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_is_empty(header: str) -> None:
    found = byte_range(header, 100)
    assert found is not None
    assert len(found) == 0


def test_a_part_is_a_206_that_says_where_it_lies(client: Client, file: Path) -> None:
    response = client.get(basemap_address(), headers={"range": "bytes=16-31"})
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes 16-31/{len(CONTENT)}"
    assert response.headers["Content-Length"] == "16"
    assert response.getvalue() == CONTENT[16:32]


def test_the_whole_file_comes_in_chunks(client: Client, file: Path) -> None:
    file.write_bytes(CONTENT * 300)
    response = client.get(basemap_address())
    assert response.status_code == 200
    chunks = [bytes(chunk) for chunk in response]
    assert max(map(len, chunks)) <= CHUNK_BYTES
    assert b"".join(chunks) == CONTENT * 300


def test_a_range_behind_the_end_is_a_416(client: Client, file: Path) -> None:
    response = client.get(basemap_address(), headers={"range": "bytes=9999-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_a_range_of_another_edition_gives_the_whole_new_one(client: Client, file: Path) -> None:
    response = client.get(basemap_address(), headers={"range": "bytes=0-9", "if-range": '"old"'})
    assert response.status_code == 200
    assert response.getvalue() == CONTENT


@pytest.mark.django_db
def test_only_the_edition_that_is_there_has_an_address(client: Client, file: Path) -> None:
    assert client.get("/basemap/19990101000000.pmtiles").status_code == 404
    head = client.head(basemap_address())
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(CONTENT)))


def test_a_file_that_is_missing_leaves_the_portals_own_tiles(settings: LazySettings) -> None:
    settings.BASEMAP_PMTILES = "/nowhere/kazakhstan.pmtiles"
    assert basemap()["kind"] == "own"


def test_a_style_goes_before_a_file(file: Path, settings: LazySettings) -> None:
    assert basemap()["kind"] == "pmtiles"
    settings.BASEMAP_STYLE_URL = "https://maps.example.kz/style.json"
    assert basemap() == {"kind": "style", "url": "https://maps.example.kz/style.json", "attribution": ""}
