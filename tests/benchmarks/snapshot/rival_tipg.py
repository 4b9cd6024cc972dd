"""One country tile against tipg, made to answer whole, and as it comes: with 10,000 features and no word of
the rest.
"""

import gzip
import http.client
import math
import statistics
from functools import partial

import mapbox_vector_tile

from geoportal.lib.geo import EXTENT
from tests.benchmarks import tipg
from tests.benchmarks.serving import HOST, ask
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, timed
from tests.benchmarks.snapshot.workload import Subject, country_tiles, query_of
from tiles.tile import tile_count

ZOOM = 4
FACTOR = 100
PASSES = 3
# What takes longer is told as "more than".
LONGEST_S = 120
REPEATED_BELOW_MS = 10_000
UNLIMITED = 2_000_000_000
GZIP = {"Accept-Encoding": "gzip"}
WHAT = f"a country tile of zoom {ZOOM} against tipg that answers whole"


def measure(subject: Subject, port: int) -> Section:
    """``port``: where our server is."""
    programs = tipg.installed()
    if programs is None:
        note = f"{tipg.TIPG} cannot be installed here"
        return Section("tipg", [note], [Aim(WHAT, FACTOR, "times", None, True, note)])
    tiles = [tile for tile in country_tiles(subject) if tile.z == ZOOM]
    counts = {
        tile: tile_count(subject.collection, query_of(tile).filters, tile, state=subject.state)
        for tile in tiles
    }
    tile = max(counts, key=counts.__getitem__)
    path = query_of(tile).path
    ours = [timed(partial(ask, port, path, GZIP)) for _ in range(PASSES * 3)]
    mine = statistics.median(ours)
    told = _inside(ask(port, path).content)
    if told != counts[tile]:
        raise SystemExit(f"{path} tells of {told:,} problems instead of {counts[tile]:,}")
    theirs = f"{tipg.PATH.format(z=tile.z, x=tile.x, y=tile.y)}?properties={tipg.COLUMNS}"
    with tipg.serving_tipg(programs, subject.url) as there:
        capped = statistics.median(timed(partial(ask, there, theirs, GZIP)) for _ in range(PASSES))
        some, some_kb = _messages(ask(there, theirs).content), len(ask(there, theirs, GZIP).content) / 1e3
    with tipg.serving_tipg(
        programs,
        subject.url,
        statement_timeout_ms=LONGEST_S * 1000,
        TIPG_MAX_FEATURES_PER_TILE=str(UNLIMITED),
    ) as there:
        whole, size_kb, count = _whole(there, theirs)
    more = "" if count else "more than "
    note = f"{figure(mine)} ms against {more}{figure(whole)} ms"
    if math.isnan(whole):
        note = "tipg cannot answer whole: it fails"
    rows = [
        ["ours", figure(mine), f"{counts[tile]:,}", figure(len(ask(port, path, GZIP).content) / 1e3)],
        ["tipg as it comes", figure(capped), f"{some:,}", figure(some_kb)],
        ["tipg, whole", f"{more}{figure(whole)}", f"{count:,}" if count else "", figure(size_kb)],
    ]
    return Section(
        "tipg",
        [
            f"{tipg.versions(programs)}, one worker, asked over HTTP as ours for the tile "
            f"{tile.z}/{tile.x}/{tile.y} of the same table, with `properties={tipg.COLUMNS}`. It sends the "
            f"first 10,000 features that it finds and does not say that there are {counts[tile]:,}. For the "
            "third row its limit is lifted (`TIPG_MAX_FEATURES_PER_TILE`); it then sends those in the margin "
            "of the tile as well.",
            table(["", "ms", "problems told", "KB"], rows),
        ],
        [Aim(WHAT, FACTOR, "times", None if math.isnan(whole) else whole / mine, True, note)],
    )


def _whole(port: int, path: str) -> tuple[float, float, int]:
    """Milliseconds, kilobytes compressed, features; 0 features where it took too long, and no milliseconds
    where it failed before.
    """
    answers: list[bytes] = []

    def asked() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=LONGEST_S + 10)
        try:
            connection.request("GET", path, headers=GZIP)
            response = connection.getresponse()
            content = response.read()
            answers.append(content if response.status == 200 else b"")
        except OSError:
            answers.append(b"")
        finally:
            connection.close()

    took = timed(asked)
    if not answers[0]:
        return took if took > LONGEST_S * 900 else math.nan, math.nan, 0
    if took < REPEATED_BELOW_MS:
        took = statistics.median([took, timed(asked), timed(asked)])
    return took, len(answers[0]) / 1e3, _messages(gzip.decompress(answers[0]))


def _inside(content: bytes) -> int:
    """How many problems the cells of one of our tiles tell of."""
    layers = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    features = [feature for layer in layers.values() for feature in layer["features"]]
    inside = [f for f in features if all(0 <= number < EXTENT for number in f["geometry"]["coordinates"])]
    return sum(feature["properties"]["count"] for feature in inside)


def _messages(tile: bytes) -> int:
    """The features of a tile's one layer, without decoding them: millions would take minutes. A message of
    protocol buffers is a row of fields: number and type, then a length and so many bytes.
    """

    def number(at: int) -> tuple[int, int]:
        value, shift = 0, 0
        while True:
            byte = tile[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at

    _field, at = number(0)
    _length, at = number(at)
    found = 0
    while at < len(tile):
        field, at = number(at)
        length, at = number(at)
        if field & 7 == 2:
            at += length
        # Field 2 of a layer is a feature.
        found += field >> 3 == 2
    return found
