"""A filter chosen beside the map and the first tile under it, against supercluster, which builds its index of
points anew for each filter.
"""

import json
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.http import QueryDict

from geoportal.bootstrap import packages
from layers.snapshot import query as snapshot_query
from layers.snapshot.morton import BITS
from layers.statuses import Kind
from tests.benchmarks.installing import node_package
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, medians
from tests.benchmarks.snapshot.workload import Query, Subject, country_tiles, filter_changes, query_of
from tiles.tile import tile_bytes, tile_count

PACKAGE = "supercluster@9.1.0"
FACTOR = 5
PASSES = 5
ZOOM = 4
FEWEST_ROWS = 1_000
TIMEOUT_S = 300
# Of what is free, for Node's heap.
SHARE_OF_MEMORY = 0.6
MOST_MB = 10_000
WHAT = "a new filter and its first tile against supercluster"


def measure(subject: Subject) -> Section:
    modules = node_package("supercluster", PACKAGE)
    if modules is None:
        note = f"{PACKAGE} cannot be installed here"
        return Section("supercluster", [note], [Aim(WHAT, FACTOR, "times", None, True, note)])
    tiles = [tile for tile in country_tiles(subject) if tile.z == ZOOM]
    tile = max(
        tiles,
        key=lambda each: tile_count(subject.collection, query_of(each).filters, each, state=subject.state),
    )
    changes = {name: query_of(tile, **params) for name, params in filter_changes(subject).items()}
    ours = medians([partial(_ours, subject, query) for query in changes.values()], passes=PASSES)
    rows = subject.rows
    while (told := _theirs(subject, list(changes.values()), rows, modules)) is None:
        rows //= 2
        if rows < FEWEST_ROWS:
            note = f"{PACKAGE} does not run here"
            return Section("supercluster", [note], [Aim(WHAT, FACTOR, "times", None, True, note)])
    if rows == subject.rows:
        _hold_equal(subject, list(changes.values()), told["answers"])
    theirs = [answer["ms"] for answer in told["answers"]]
    lines = [
        [name, f"{answer['chosen']:,}", figure(mine), figure(answer["ms"])]
        for name, mine, answer in zip(changes, ours, told["answers"], strict=True)
    ]
    fewer = (
        "" if rows == subject.rows else f" More than {rows:,} problems do not fit into Node's memory here."
    )
    return Section(
        "supercluster",
        [
            f"{PACKAGE} in Node.js has {rows:,} problems with their columns in memory, "
            f"{figure(told['memory'] / 1e6)} MB with its index. For each filter it goes through them, builds "
            "its index and makes the tile; ours reads the address and makes the tile "
            f"{tile.z}/{tile.x}/{tile.y} of {subject.rows:,} problems.{fewer}",
            table(["chosen", "problems there", "ours, ms", "supercluster, ms"], lines),
        ],
        [
            Aim(
                WHAT,
                FACTOR,
                "times",
                sum(theirs) / sum(ours),
                True,
                f"{len(ours)} filters, {figure(sum(ours))} ms against {figure(sum(theirs))} ms"
                + (" of fewer rows" if fewer else ""),
            )
        ],
    )


def _ours(subject: Subject, query: Query) -> bytes:
    filters = subject.collection.parse(QueryDict(query.text))
    return tile_bytes(subject.collection, filters, query.tile, state=subject.state)


def _theirs(subject: Subject, queries: list[Query], rows: int, modules: Path) -> dict[str, Any] | None:
    """None when Node has not enough memory for them."""
    shard = subject.shard
    some = np.sort(np.random.default_rng(0).choice(shard.rows, rows, replace=False))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "rows.bin").open("wb") as file:
            for each in shard.positions(some):
                file.write(each.astype(np.uint32).tobytes())
            for column in ("status", "category", "region", "received"):
                file.write(shard.arrays[column][some].astype(np.uint16).tobytes())
        asked = {
            "rows": rows,
            "bits": BITS,
            "modules": str(modules),
            "changes": [_asked(subject, q) for q in queries],
        }
        (folder / "asked.json").write_text(json.dumps(asked))
        script = Path(__file__).with_name("in_supercluster.mjs")
        command = [packages.npm()[0], f"--max-old-space-size={_heap_mb()}", str(script), name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return None
    if done.returncode:
        return None
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _asked(subject: Subject, query: Query) -> dict[str, Any]:
    tables = snapshot_query.tables_of(subject.shard, query.filters)
    tile = query.tile
    return {"tables": {name: yes.tolist() for name, yes in tables.items()}, "tile": [tile.z, tile.x, tile.y]}


def _hold_equal(subject: Subject, queries: list[Query], answers: list[dict[str, int]]) -> None:
    for query, answer in zip(queries, answers, strict=True):
        ours = snapshot_query.count(subject.state.shards, Kind.PROBLEM, query.filters)
        if ours != answer["chosen"]:
            raise SystemExit(f"{query.text}: {ours:,} match, {answer['chosen']:,} in JavaScript")


def _heap_mb() -> int:
    text = Path("/proc/meminfo").read_text()
    free_kb = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("MemAvailable"))
    return min(MOST_MB, int(free_kb / 1024 * SHARE_OF_MEMORY))
