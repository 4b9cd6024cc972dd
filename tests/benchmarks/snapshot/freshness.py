"""How long after its commit a new problem is on the map and in the list, while others write 200 times a
second.
"""

import http.client
import json
import time

import mapbox_vector_tile
import numpy as np

from geoportal.lib.geo import Tile, position
from layers.snapshot.connection import connect
from tests.benchmarks.serving import HOST
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, spread
from tests.benchmarks.snapshot.workload import SEED, Subject
from tests.benchmarks.snapshot.writes import INSERT, WRITERS, values, writing

PROBES = 40
# A town that the writer keeps away from, so that the tile's ETag changes for the probe alone.
LON, LAT = 51.16, 43.65
ZOOM = 12
# A day that no other problem was received on.
DAY = "1999-09-09"
QUERY = f"from={DAY}&to={DAY}"
LONGEST_S = 30.0
SEEN = ("ETag", "tile", "list")


class Reader:
    """One connection to the server, and what it told last."""

    def __init__(self, port: int) -> None:
        self.own = http.client.HTTPConnection(HOST, port, timeout=LONGEST_S)
        x, y = position(LON, LAT)
        self.tile = Tile(ZOOM, x >> 30 - ZOOM, y >> 30 - ZOOM)

    def etag(self, known: str) -> str:
        """Of the tile; the known one while it holds."""
        status, etag, _ = self._ask(self._path, known)
        return known if status == 304 else etag

    def in_tile(self) -> int:
        _status, _etag, content = self._ask(self._path, "")
        return (
            sum(len(layer["features"]) for layer in mapbox_vector_tile.decode(content).values())
            if content
            else 0
        )

    def in_list(self) -> int:
        _status, _etag, content = self._ask(f"/api/v1/problems/?{QUERY}&limit=1", "")
        return int(json.loads(content)["numberMatched"])

    @property
    def _path(self) -> str:
        return f"/tiles/problems/{self.tile.z}/{self.tile.x}/{self.tile.y}.mvt?{QUERY}"

    def _ask(self, path: str, etag: str) -> tuple[int, str, bytes]:
        self.own.request("GET", path, headers={"If-None-Match": etag} if etag else {})
        response = self.own.getresponse()
        return response.status, response.headers.get("ETag", ""), response.read()


def measure(subject: Subject, port: int, *, probes: int = PROBES) -> Section:
    """``port``: of a server that is kept fresh."""
    waits: dict[str, list[float]] = {name: [] for name in SEEN}
    dice = np.random.default_rng(SEED)
    with writing(subject) as writers, connect() as own:
        reader = Reader(port)
        time.sleep(2)
        for number in range(1, probes + 1):
            known = reader.etag("")
            # Apart from the server's polls.
            time.sleep(dice.uniform(0, 0.4))
            own.execute(INSERT, values(subject, LON + number / 1e4, LAT, f"{DAY} 12:00+05"))
            for name, wait in _seen(reader, known, number).items():
                waits[name].append(wait)
    rate = sum(writer.commits / writer.seconds for writer in writers)
    worst = max(max(times) for times in waits.values()) / 1e3
    usual = spread(waits["tile"]).p50 / 1e3
    names = {
        "ETag": "the tile's ETag is another",
        "tile": "it is in the tile",
        "list": "the list's total has it",
    }
    lines = [[names[name], *map(figure, spread(times)[:3])] for name, times in waits.items()]
    return Section(
        "Freshness",
        [
            f"{probes} problems, one after the other, while {WRITERS} other connections insert, change "
            f"and delete with {figure(rate)} commits a second. Milliseconds from the end of the commit to "
            "the end of the first answer that knows of it; one worker, which asks the database every 300 ms.",
            table(["", "p50, ms", "p95", "worst"], lines),
        ],
        [
            Aim(
                "a new problem on the map, in the list and in the ETag, the slowest",
                1.0,
                "s",
                worst,
                note=f"{figure(usual)} s at the median, with {figure(rate)} commits a second",
            )
        ],
    )


def _seen(reader: Reader, known: str, number: int) -> dict[str, float]:
    """Milliseconds until each of them knows of the number-th problem."""
    begun = time.perf_counter()
    ways = {
        "ETag": lambda: reader.etag(known) != known,
        "tile": lambda: reader.in_tile() >= number,
        "list": lambda: reader.in_list() >= number,
    }
    found: dict[str, float] = {}
    while len(found) < len(ways):
        for name, way in ways.items():
            if name not in found and way():
                found[name] = (time.perf_counter() - begun) * 1e3
        if time.perf_counter() - begun > LONGEST_S:
            raise SystemExit(f"not seen after {LONGEST_S:.0f} s: {', '.join(set(ways) - set(found))}")
        time.sleep(0.005)
    return found
