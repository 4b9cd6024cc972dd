"""Writing problems of the benchmark's own: 200 commits a second while others measure, and what the triggers
that note changes cost. All of it is removed again.
"""

import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
import psycopg
from django.conf import settings
from django.db import connection, transaction

from ingest.demo.generate import invented, rows
from layers.bulk import merge_features
from layers.snapshot.connection import connect
from layers.statuses import Kind
from tests.benchmarks.snapshot.findings import Section, table
from tests.benchmarks.snapshot.timing import figure, timed
from tests.benchmarks.snapshot.workload import SEED, Subject

SOURCE = "benchmark"
A_SECOND = 200
# One alone waits for the disk too long.
WRITERS = 4
INSERT = """
INSERT INTO layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status,
    received_at, source, is_demo
)
SELECT
    'problem', %(jurisdiction)s, ST_SetSRID(ST_Point(%(lon)s, %(lat)s), 4326), '', '', 'Яма', 'Яма на дороге',
    'ru', '', %(category)s, 'new', %(received)s, %(source)s, true
RETURNING id
"""
UPDATE = "UPDATE layers_feature SET status = 'accepted' WHERE id = %s"
DELETE = "DELETE FROM layers_feature WHERE id = %s"
REMOVE = "DELETE FROM layers_feature WHERE source = %s"
TRIGGERS = ("note_inserted", "note_updated", "note_deleted")
ROUNDS, INSERTS = 6, 100
MERGED, MERGES = 50_000, 3
# Numbers of problems that no demonstration country has.
FIRST_NUMBER = 500_000_000


def values(subject: Subject, lon: float, lat: float, received: str) -> dict[str, Any]:
    """For INSERT."""
    return {
        "jurisdiction": subject.part.jurisdiction,
        "lon": lon,
        "lat": lat,
        "category": subject.shard.vocabulary.categories[0],
        "received": received,
        "source": SOURCE,
    }


class Writer(threading.Thread):
    """Inserts, changes and deletes problems in turns, a commit each, at random places of the eastern half."""

    def __init__(self, subject: Subject, number: int) -> None:
        super().__init__(name=f"writer {number}", daemon=True)
        self.subject = subject
        self.dice = np.random.default_rng(number)
        self.stopping = threading.Event()
        self.commits = 0
        self.seconds = 0.0

    def run(self) -> None:
        dice = self.dice
        own, begun = connect(), time.perf_counter()
        with own:
            while not self.stopping.is_set():
                lon, lat = dice.uniform(66, 84), dice.uniform(44, 53)
                number = own.execute(INSERT, values(self.subject, lon, lat, "2025-05-05")).fetchall()[0][0]
                self._pause(begun)
                own.execute(UPDATE, [number])
                self._pause(begun)
                own.execute(DELETE, [number])
                self._pause(begun)
        self.seconds = time.perf_counter() - begun

    def _pause(self, begun: float) -> None:
        """Until the next commit is due; one that is late is made up for."""
        self.commits += 1
        time.sleep(max(0.0, begun + self.commits / (A_SECOND / WRITERS) - time.perf_counter()))


@contextmanager
def writing(subject: Subject) -> Iterator[list[Writer]]:
    """200 commits a second while the block lasts."""
    writers = [Writer(subject, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.stopping.set()
        for writer in writers:
            writer.join()
        remove()


def remove() -> None:
    with connect() as own:
        own.execute(REMOVE, [SOURCE])


def measure(subject: Subject, *, merged: int = MERGED) -> Section:
    """What the triggers cost."""
    single: dict[bool, list[float]] = {True: [], False: []}
    with connect() as own:
        for _ in range(ROUNDS):
            for noted in (True, False):
                single[noted] += _inserts(own, subject, noted)
    country = invented(jurisdiction=settings.DEFAULT_JURISDICTION, seed=SEED, until=date(2026, 1, 1))
    many = rows(country, Kind.PROBLEM, np.arange(merged) + FIRST_NUMBER)
    bulk: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(MERGES):
        for noted in (True, False):
            bulk[noted].append(_merge(many, noted))
    return section({"one insert, without its commit": single, f"a merge of {merged:,}": bulk})


def section(found: Mapping[str, Mapping[bool, Sequence[float]]]) -> Section:
    """Milliseconds by whether changes were noted."""
    lines = []
    for name, times in found.items():
        with_them, without = (statistics.median(times[noted]) for noted in (True, False))
        lines.append([name, *map(figure, (with_them, without, with_them - without, with_them / without))])
    return Section(
        "What noting changes costs a writer",
        [
            "The triggers of `layers/sql/changes.sql` on and off in turns; medians. All of it is undone.",
            table(["", "with, ms", "without, ms", "more, ms", "times"], lines),
        ],
    )


def _inserts(own: psycopg.Connection[Any], subject: Subject, noted: bool) -> list[float]:
    """Milliseconds of the statements alone; nothing of it is kept."""
    given = values(subject, 76.9, 43.2, "2025-05-05")
    with own.transaction(force_rollback=True):
        for text in _without_triggers(noted):
            own.execute(text)
        return [timed(lambda: own.execute(INSERT, given)) for _ in range(INSERTS)]


def _without_triggers(noted: bool) -> list[str]:
    """Within a transaction that is undone: a run that is killed leaves no database without its triggers."""
    return [] if noted else [f"ALTER TABLE layers_feature DISABLE TRIGGER {name}" for name in TRIGGERS]


def _merge(many: list[Any], noted: bool) -> float:
    """Milliseconds; nothing of it is kept."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for text in _without_triggers(noted):
                cursor.execute(text)
        took = timed(lambda: merge_features(many, jurisdiction=settings.DEFAULT_JURISDICTION))
        transaction.set_rollback(True)
    return took
