"""Rows are compared in other processes, all of which see the database as this one does."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from django.db import connection

from geoportal.log.audit.finding import Finding
from geoportal.log.audit.rows import Committed, RowCheck

# Batches that wait for a helper: enough that none stands idle, few enough to fit into memory.
WAITING = 3

Batch = Sequence[Committed]
# Takes a batch, gives what earlier ones have found; None: gives all that is left.
Compare = Callable[[Batch | None], Iterator[Finding]]


@contextmanager
def comparing(check: RowCheck, *, helpers: int) -> Iterator[Compare]:
    """``helpers`` 0: here. Else as many processes, with the snapshot of this transaction."""
    if not helpers:
        yield lambda batch: check.batch(batch or ())
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    # By fork, so that a helper knows what is registered; psycopg leaves a connection of its parent alone.
    pool = ProcessPoolExecutor(helpers, get_context("fork"), _begin, (snapshot, check))
    running: deque[Future[list[Finding]]] = deque()

    def compare(batch: Batch | None) -> Iterator[Finding]:
        if batch:
            is_taken = sum(not each.done() for each in running) < helpers * WAITING
            # With enough for the helpers to do, this process would only wait for them.
            running.append(pool.submit(_compare, batch) if is_taken else _done(list(check.batch(batch))))
        while running and (batch is None or running[0].done()):
            yield from running.popleft().result()

    try:
        yield compare
    finally:
        pool.shutdown(cancel_futures=True)


def spare_processors() -> int:
    return len(os.sched_getaffinity(0)) - 1


_check: RowCheck


def _begin(snapshot: str, check: RowCheck) -> None:
    """In a helper: a connection of its own, in a transaction that sees what the parent's does."""
    global _check
    _check = check
    connection.connection = None
    connection.connect()
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])


def _compare(batch: Batch) -> list[Finding]:
    return list(_check.batch(batch))


def _done(found: list[Finding]) -> Future[list[Finding]]:
    """In its place among those that helpers are at: what is found comes in the order of the log."""
    future: Future[list[Finding]] = Future()
    future.set_result(found)
    return future
