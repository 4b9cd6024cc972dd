"""The sequencer beside the worker's tasks: a thread with a connection of its own."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from geoportal.log.refusals import LogRefused
from geoportal.log.sequence import sequence

logger = logging.getLogger(__name__)

# An entry has its place within a second. Asking is cheap: LISTEN and NOTIFY would make every commit that
# appends wait for one lock of the whole database (PostgreSQL, src/backend/commands/async.c).
PAUSE_S = 0.5
# A database that restarts is back within seconds.
LOST_S = 2.0
# Somebody has to do something; what waits in the outbox keeps.
REFUSED_S = 30.0


@contextmanager
def sequencing() -> Iterator[None]:
    """The log is kept while this block runs, and a round that has begun is finished."""
    stopped = threading.Event()
    thread = threading.Thread(target=_run, args=[stopped], name="log sequencer")
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _run(stopped: threading.Event) -> None:
    try:
        pause = 0.0
        while not stopped.wait(pause):
            pause = one_round()
    finally:
        connection.close()


def one_round() -> float:
    """Sequence once; for how many seconds to pause then. Whatever goes wrong is told, and tried again."""
    try:
        sequence(now=timezone.now())
    except LogRefused as refused:
        logger.error("the public log is not signed: %s", refused)
        return REFUSED_S
    except DatabaseError as error:
        logger.warning("the public log has lost its database (%s)", type(error).__name__)
        connection.close()
        return LOST_S
    except Exception:
        logger.exception("the public log could not be kept")
        connection.close()
        return REFUSED_S
    return PAUSE_S
