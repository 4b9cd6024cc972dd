"""Batches into the database, several at a time, and what became of each."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from django.db import DataError, IntegrityError, connection

from ingest.translate import Translated
from layers.bulk import FeatureRow, Outcome, merge_features

Item = TypeVar("Item")
Done = TypeVar("Done")


@dataclass
class Merged:
    """A batch that is written. ``refused``: source id to the database's reason, for rows it would not
    take.
    """

    translated: Translated
    outcome: Outcome = field(default_factory=Outcome)
    refused: dict[str, str] = field(default_factory=dict)


def write(batches: Iterable[Translated], *, jurisdiction: str, writers: int) -> Iterator[Merged]:
    """Merges the batches, ``writers`` of them at the same time, and gives them back in order.

    No number may come in two batches.
    """
    return in_order(partial(_merge, jurisdiction=jurisdiction), batches, writers=writers)


def in_order(work: Callable[[Item], Done], items: Iterable[Item], *, writers: int) -> Iterator[Done]:
    """What ``work`` makes of each item, in their order, ``writers`` of them at the same time.

    One writer uses the caller's connection (and its transaction, if it is in one); several have a connection
    each.
    """
    if writers == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[Done]] = deque()
    with ThreadPoolExecutor(writers, thread_name_prefix="writer") as pool:
        for item in items:
            waiting.append(pool.submit(_apart, work, item))
            if len(waiting) >= writers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def resting_collector() -> Iterator[None]:
    """Python's cycle collector off: rows are tuples of text, a third of the time went into looking for their
    cycles.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _apart(work: Callable[[Item], Done], item: Item) -> Done:
    try:
        return work(item)
    finally:
        # A thread's connection is its own, and nobody else will close it.
        connection.close()


def _merge(batch: Translated, jurisdiction: str) -> Merged:
    merged = Merged(batch)
    merged.outcome = _halving(batch.rows, jurisdiction, merged.refused)
    return merged


def _halving(rows: list[FeatureRow], jurisdiction: str, refused: dict[str, str]) -> Outcome:
    """Merges; if the database refuses, halves until the row at fault stands alone, so that it costs no other
    row.
    """
    try:
        return merge_features(rows, jurisdiction=jurisdiction)
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            refused[rows[0].source_id] = str(error).splitlines()[0]
            return Outcome()
    half = len(rows) // 2
    first = _halving(rows[:half], jurisdiction, refused)
    return first.plus(_halving(rows[half:], jurisdiction, refused))
