"""The snapshot as it is now: follows the current generation and asks what has changed since.

A poll makes the next state out of the one before, which stays what it was. So a request that has taken a
state has counts, tiles and numbers of one moment, and threads need no lock.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from layers.snapshot import changes, store
from layers.snapshot.build import loaded
from layers.snapshot.changes import VOCABULARY, Change
from layers.snapshot.connection import one_moment
from layers.snapshot.rows import Reader, Runs
from layers.snapshot.state import State

logger = logging.getLogger(__name__)

Connect = Callable[[], psycopg.Connection[Any]]

POLL_TIMEOUT_MS = 60_000
# More rows than this that have changed are not held in memory: PostgreSQL answers until the next generation.
MOST_CHANGED = 1_000_000


@dataclass(frozen=True)
class Kept:
    """A state, and from where on the log is to be read again."""

    state: State
    mark: int
    # Changes that are in the state but will be told again, and their transactions.
    seen: Mapping[int, int] = field(default_factory=dict)


class Snapshot:
    """Kept fresh by ``refresh``, asked for its ``state``; None when PostgreSQL must answer.

    ``connect`` opens a connection of the snapshot's own, which is kept.
    """

    def __init__(self, folder: Path, connect: Connect) -> None:
        self.folder = folder
        self.connect = connect
        self.refused = ""
        self._kept: Kept | None = None
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def state(self) -> State | None:
        return self._kept.state if self._kept else None

    def refresh(self) -> None:
        """Takes in what has changed, and a new generation. Raises psycopg.Error while the database is away:
        the state then stays as it was."""
        kept = self._followed()
        if kept is None:
            self._kept = None
            return
        try:
            # A new generation is not shown before it has caught up.
            self._kept = self._polled(kept)
        except psycopg.Error:
            self.close()
            raise

    def give_up(self) -> None:
        """The state cannot be trusted any more: begin again from the files."""
        self.close()
        self._kept = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _followed(self) -> Kept | None:
        """The generation that is current now, if it can be used; else the one in use."""
        name = store.current(self.folder)
        if name is None or name == self.refused or (self.state and self.state.base.name == name):
            return self._kept if name else None
        try:
            base = loaded(self.folder, name)
        except store.Damaged as error:
            # The generation in use, if there is one, is as good as it was.
            logger.error("snapshot %s cannot be used: %s", name, error)
            store.mark_damaged(self.folder, name)
            self.refused = name
            return self._kept
        self.refused = ""
        return Kept(State.of(base), base.mark, base.seen)

    def _polled(self, kept: Kept) -> Kept | None:
        """None when the state cannot be brought up to date."""
        state, connection = kept.state, self._open()
        with one_moment(connection, timeout_ms=POLL_TIMEOUT_MS):
            moment = changes.since(connection, kept.mark, kept.seen)
            problem = _unusable(kept, moment)
            if any(change.kind == VOCABULARY for change in moment.changes):
                zones = Reader(connection).zones()
                if any(zones.get(code) != zone for code, zone in state.zones.items()):
                    problem = "days begin at another time"
                state = replace(state, zones=zones)
            if problem:
                logger.warning("snapshot %s cannot be used: %s", state.base.name, problem)
                self.refused = state.base.name
                return None
            if moment.changes:
                state = self._after(state, connection, moment.changes)
        _ = state.shards  # before a request needs them
        seen = {**kept.seen, **{change.id: change.xid for change in moment.changes}}
        return Kept(state, moment.xmin, {number: xid for number, xid in seen.items() if xid >= moment.xmin})

    def _after(self, state: State, connection: psycopg.Connection[Any], found: list[Change]) -> State:
        runs = Runs(
            (change.first_id, change.last_id)
            for change in found
            if change.first_id is not None and change.last_id is not None
        )
        if len(runs) == 0:
            return replace(state, numbers=state.numbers.after(found))
        return state.after(found, Reader(connection, runs), runs)

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self.connect()
        return self._connection


def _unusable(kept: Kept, moment: changes.Moment) -> str:
    """Why the state cannot be brought up to date; empty when it can."""
    state = kept.state
    if moment.xmin < kept.mark:
        return "the database was set back to before it"
    if moment.database != state.base.database:
        return "it was made from another database"
    if state.base.mark < moment.horizon:
        return "changes since it was made are no longer known"
    if any(change.first_id is None and change.kind != VOCABULARY for change in moment.changes):
        return "everything has changed"
    many = sum((change.last_id or 0) - (change.first_id or 0) + 1 for change in moment.changes)
    if many + state.changed > MOST_CHANGED:
        return "too much has changed"
    return ""
