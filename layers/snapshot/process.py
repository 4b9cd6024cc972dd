"""The one snapshot of a process, kept fresh by a thread of its own.

Web processes have it (geoportal/wsgi.py asks for it). In a command or a test there is none, and PostgreSQL
answers.
"""

import logging
import os
import threading
import time
from dataclasses import dataclass
from functools import cache

import psycopg
from django.conf import settings

from layers.snapshot.connection import connect
from layers.snapshot.live import Snapshot
from layers.snapshot.state import State

logger = logging.getLogger(__name__)

# A first request waits so long for the files to be read; then PostgreSQL answers it.
FIRST_WAIT_S = 5.0
# How long after a failure before the database is asked again.
PAUSE_S = 2.0


def current() -> State | None:
    """The state that counts and tiles are made of; None: ask PostgreSQL."""
    if settings.SNAPSHOT_POLL_MS <= 0:
        return None
    return _poller(os.getpid()).state()


@dataclass(frozen=True)
class Standing:
    """For whoever keeps the portal running. ``asked_s``: since the database last said what has changed."""

    generation: str
    changed: int
    asked_s: float

    def words(self) -> str:
        if not self.generation:
            return "none in use: PostgreSQL answers"
        return f"{self.generation}, {self.changed:,} rows changed since, asked {self.asked_s:.1f} s ago"


def standing() -> Standing | None:
    """How the snapshot of this process stands; None where there is none by design."""
    if settings.SNAPSHOT_POLL_MS <= 0:
        return None
    poller = _poller(os.getpid())
    state = poller.state()
    asked_s = time.monotonic() - poller.asked_at
    return Standing(state.base.name, state.changed, asked_s) if state else Standing("", 0, asked_s)


class Poller(threading.Thread):
    def __init__(self, snapshot: Snapshot, *, every_s: float) -> None:
        super().__init__(name="snapshot", daemon=True)
        self.snapshot = snapshot
        self.every_s = every_s
        self.asked_once = threading.Event()
        self.asked_at = time.monotonic()

    def state(self) -> State | None:
        self.asked_once.wait(FIRST_WAIT_S)
        return self.snapshot.state

    def run(self) -> None:
        pause = threading.Event()
        while True:
            try:
                self.snapshot.refresh()
                self.asked_at = time.monotonic()
                wait_s = self.every_s
            except psycopg.Error as error:
                # What is known stays in use: a map of a moment ago is better than none.
                logger.warning("the snapshot cannot ask the database: %s", str(error).splitlines()[:1])
                wait_s = PAUSE_S
            except Exception:
                # A state that cannot be brought up to date must not go on answering.
                logger.exception("the snapshot cannot be kept fresh")
                self.snapshot.give_up()
                wait_s = PAUSE_S
            self.asked_once.set()
            pause.wait(wait_s)


@cache
def _poller(process: int) -> Poller:
    """One for each process: a thread does not come along into a forked one."""
    poller = Poller(Snapshot(settings.SNAPSHOT_DIR, connect), every_s=settings.SNAPSHOT_POLL_MS / 1000)
    poller.start()
    return poller
