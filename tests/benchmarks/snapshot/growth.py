"""The random tiles on a tenth and a hundredth of the rows: what a tile costs as the table grows."""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import psycopg

from layers.snapshot.build import Base
from layers.snapshot.changes import Numbers
from layers.snapshot.columns import columns_of
from layers.snapshot.connection import one_moment
from layers.snapshot.live import State
from layers.snapshot.rows import Part, Reader, Rows, Runs, Vocabulary
from layers.snapshot.shard import Shard
from tests.benchmarks.snapshot.cold import make
from tests.benchmarks.snapshot.findings import Section, table
from tests.benchmarks.snapshot.timing import Spread, figure, merged, spread, timed
from tests.benchmarks.snapshot.workload import Query, Subject

SHARES = (100, 10)
FEWEST_ROWS = 100
PASSES = 3


class Step(NamedTuple):
    rows: int
    times: Spread


def all_rows(part: Part, own: psycopg.Connection[Any]) -> tuple[Rows, Vocabulary]:
    with one_moment(own, timeout_ms=0):
        reader = Reader(own)
        vocabulary = reader.vocabularies()[part][1]
        return reader.rows(part, vocabulary, zone=reader.zones()[part.jurisdiction]), vocabulary


def measure(subject: Subject, queries: list[Query], rows: Rows, vocabulary: Vocabulary) -> list[Step]:
    """``rows``: all of them."""
    by_rows = {subject.rows: subject}
    for share in SHARES:
        count = len(rows) // share
        if count >= FEWEST_ROWS:
            by_rows[count] = replace(subject, state=_state(subject, _first(rows, count), vocabulary))
    # In turns, so that what disturbs hits all of them.
    runs: dict[int, list[list[float]]] = {count: [] for count in sorted(by_rows)}
    for _ in range(PASSES):
        for count, times in runs.items():
            works = [partial(make, by_rows[count], query) for query in queries]
            times.append([timed(work) for work in works])
    return [Step(count, spread(merged(*times))) for count, times in runs.items()]


def section(steps: list[Step]) -> Section:
    rows = [[f"{rows:,}", *map(figure, times)] for rows, times in steps]
    found = Section(
        "Growth",
        [
            "The same tiles and filters on the problems with the lowest numbers, in memory instead of files.",
            table(["problems", "p50, ms", "p95", "worst", "all tiles"], rows),
        ],
    )
    if len(steps) > 1:
        first, last = steps[0], steps[-1]
        found.text.append(
            f"{figure(last.rows / first.rows)} times the problems take "
            f"{figure(last.times.total / first.times.total)} times as long for all tiles together, and "
            f"{figure(last.times.p50 / first.times.p50)} times at the median."
        )
    return found


def _first(rows: Rows, count: int) -> Rows:
    """Those with the lowest numbers."""
    last = int(np.partition(rows.id, count - 1)[count - 1])
    return rows.without(Runs([(last + 1, int(rows.id.max()) + 1)]))


def _state(subject: Subject, rows: Rows, vocabulary: Vocabulary) -> State:
    shard = Shard(*columns_of(rows, vocabulary))
    base = Base("", {subject.part: shard}, {}, "", 0, {}, "", Numbers())
    return State.of(base)
