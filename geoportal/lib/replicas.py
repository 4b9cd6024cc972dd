"""Which database a read goes to: a streaming replica, or the primary where a reader must see what they wrote.

The rules, in this order:

1. Outside of a request (commands, the worker): the primary.
2. In a transaction on the primary, after a write, and in a request that is meant to write: the primary.
3. Whoever wrote a short while ago: a replica that has replayed what they wrote, for which we wait a moment;
   else the primary.
4. Everybody else: the replicas in turn, without those that are left out.
5. A statement that a replica cannot answer is answered by the primary, and that replica is left out for some
   seconds.

Positions in the write-ahead log (LSN) are integers here: bytes since the beginning.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db import Error as DjangoError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from psycopg import errors

PRIMARY = DEFAULT_DB_ALIAS
# A replica that failed is asked again after so long: by replica_watch.py, not by a reader.
REST_S = 5.0
# What is known of a replica is of use for so long; the watch looks every second.
FRESH_S = 8
# A reader waits for what they wrote 0.3 ms in 95 of 100 cases, 3.9 at most (measured on one machine).
WAITS_S = (0.001, 0.002, 0.004, 0.008, 0.016)
# Classes of SQLSTATE: connection, conflict, resources, operator, system, internal.
FAULTS = {"08", "40", "53", "57", "58", "XX"}
# What a migration has made and the replica has not replayed yet.
NOT_THERE_YET = (errors.UndefinedTable, errors.UndefinedColumn, errors.UndefinedFunction)

WRITTEN_UP_TO = """
    select pg_wal_lsn_diff(
        case when current_setting('synchronous_commit') = 'off' then pg_current_wal_insert_lsn()
             else pg_current_wal_lsn() end, '0/0')::bigint
"""
# Asked for recovery too: a primary that was a replica, or has crashed, still knows what it replayed then.
REPLAYED_UP_TO = """
    select case when pg_is_in_recovery() then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint end
"""

logger = logging.getLogger(__name__)


@dataclass
class Standing:
    """What this process knows of one replica. Times are of ``time.monotonic``."""

    reason: str = "not looked at yet"
    replayed: int = 0
    lag_s: float = 0.0
    looked_at: float = float("-inf")
    out_until: float = float("-inf")

    def is_used(self, now: float) -> bool:
        return not self.reason and now < self.looked_at + FRESH_S and now >= self.out_until

    def words(self, now: float) -> str:
        """For whoever keeps the portal running: without a host's name or a database's message."""
        if self.is_used(now):
            return f"used, {self.lag_s:.1f} s behind"
        return f"left out: {self.reason or 'it failed a moment ago'}"


@dataclass
class Replicas:
    """All replicas, as this process knows them: one object for its threads, told by the watch."""

    standings: dict[str, Standing]
    turn: Iterator[int] = field(default_factory=count)

    def used(self) -> list[str]:
        """Those that may be read now, beginning with the one whose turn it is."""
        now = time.monotonic()
        found = [alias for alias, standing in self.standings.items() if standing.is_used(now)]
        first = next(self.turn) % len(found) if found else 0
        return found[first:] + found[:first]

    def is_used(self, alias: str) -> bool:
        return self.standings[alias].is_used(time.monotonic())

    def leave_out(self, alias: str, error: BaseException) -> None:
        self.standings[alias].out_until = time.monotonic() + REST_S
        cause = error.__cause__ or error
        logger.warning("%s failed (%s) and is left out for %.0f s", alias, type(cause).__name__, REST_S)


@cache
def replicas() -> Replicas:
    return Replicas({alias: Standing() for alias in settings.REPLICAS})


@dataclass
class Reader:
    """Whom this request is for. ``must_see`` is the position that they have written up to."""

    must_see: int = 0
    primary: bool = False
    wrote: bool = False
    alias: str = ""
    handed_over: list[str] = field(default_factory=list)


_reader: ContextVar[Reader | None] = ContextVar("reader", default=None)


@contextmanager
def reader(*, must_see: int = 0, primary: bool = False) -> Iterator[Reader]:
    """Reads in this block may go to replicas, by the rules above."""
    current = Reader(must_see=must_see, primary=primary)
    token = _reader.set(current)
    try:
        with ExitStack() as stack:
            for alias in settings.REPLICAS:
                stack.enter_context(connections[alias].execute_wrapper(answered_anyway))
            yield current
    finally:
        _reader.reset(token)


def reading() -> BaseDatabaseWrapper:
    """The connection for a raw statement that only reads. The ORM asks the router by itself."""
    return connections[reading_alias()]


def reading_alias() -> str:
    current = _reader.get()
    if current is None or current.primary or connections[PRIMARY].in_atomic_block:
        return PRIMARY
    if not current.alias or not replicas().is_used(current.alias):
        current.alias = _chosen(current.must_see)
        current.primary = current.alias == PRIMARY
    return current.alias


def _chosen(must_see: int) -> str:
    """A replica that is connected and far enough, else the primary."""
    known = replicas()
    behind = []
    for alias in known.used():
        if known.standings[alias].replayed < must_see:
            behind.append(alias)
        elif _opens(alias):
            return alias
    return next((alias for alias in behind[:1] if _opens(alias) and _catches_up(alias, must_see)), PRIMARY)


def _opens(alias: str) -> bool:
    try:
        connections[alias].ensure_connection()
    except (OperationalError, InterfaceError) as error:
        note_failure(alias, error)
        return False
    return True


def _catches_up(alias: str, must_see: int) -> bool:
    """Whether the replica has replayed up to there, or does within a moment."""
    standing = replicas().standings[alias]
    for wait_s in (*WAITS_S, 0.0):
        try:
            # A replica that dies now hands even this to the primary, which answers NULL.
            standing.replayed = max(standing.replayed, _number(alias, REPLAYED_UP_TO) or 0)
        except DjangoError:
            return False
        if standing.replayed >= must_see:
            return True
        if not replicas().is_used(alias):
            return False
        time.sleep(wait_s)
    return False


def written_up_to() -> int:
    """The primary's position. Everything that was committed before lies below it."""
    return _number(PRIMARY, WRITTEN_UP_TO) or 0


def _number(alias: str, statement: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        found: int | None = cursor.fetchone()[0]
    return found


def note_write() -> None:
    """From here on this request reads from the primary, and its reader is to see what they wrote."""
    if current := _reader.get():
        current.primary = current.wrote = True


def note_failure(alias: str, error: BaseException) -> None:
    if current := _reader.get():
        current.handed_over.append(alias)
    replicas().leave_out(alias, error)


def answered_anyway(
    execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """For ``connection.execute_wrapper`` of a replica: what it cannot answer, the primary does.

    A statement stands alone there, because nothing opens a transaction on a replica. So it can be asked again
    elsewhere, and the cursor that asked becomes one of the primary.
    """
    replica: BaseDatabaseWrapper = context["connection"]
    try:
        return execute(statement, params, many, context)
    except DjangoError as error:
        if is_of_the_replica(error):
            note_failure(replica.alias, error)
        elif many or not isinstance(error.__cause__, NOT_THERE_YET):
            raise
    # Outside of the except block: an error of the primary is not one of the replica.
    spare = connections[PRIMARY].cursor()
    answer = spare.execute(statement, params)
    asked = context["cursor"]
    asked.cursor, asked.db = spare, connections[PRIMARY]
    if replica.connection is not None and replica.connection.closed:
        with suppress(DjangoError):
            replica.close()  # the next to use it gets a new one
    return answer


def is_of_the_replica(error: DjangoError) -> bool:
    """It is gone, overloaded, or in conflict with what it replays; not: the statement is wrong or too slow,
    for which the primary would have the same answer.
    """
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # psycopg's own: nothing came from the server
        return isinstance(error, OperationalError | InterfaceError)
    return state[:2] in FAULTS and state != errors.QueryCanceled.sqlstate


class Router:
    """Django's DATABASE_ROUTERS."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return reading_alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        note_write()
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # the same rows, whichever of the databases they were read from

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None if db == PRIMARY else False
