"""Looks after the replicas of a web process, once a second: who lives, and how far behind.

Lag is judged by the primary's own position: a replica that has replayed all that the primary had written five
seconds ago is at most five seconds behind. The replica's clock (``pg_last_xact_replay_timestamp``) would say
that it is hours behind whenever nobody writes, and nothing at all once it has lost the primary.

The connections are the watch's own: a pool would let a dead replica keep it waiting.
"""

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from geoportal.lib.replicas import PRIMARY, REPLAYED_UP_TO, WRITTEN_UP_TO, Replicas, Standing, replicas

LOOK_EVERY_S = 1.0
# A machine that vanished from the network answers neither a new connection nor an old one.
LIMITS: dict[str, Any] = {"connect_timeout": 2, "tcp_user_timeout": 2_000, "keepalives_idle": 2}

logger = logging.getLogger(__name__)


class Watch:
    """One look after another. ``look`` may be called by hand; ``start`` does it every second."""

    def __init__(self, known: Replicas, *, max_lag_s: float) -> None:
        self.known = known
        self.max_lag_s = max_lag_s
        # When the primary was asked, and what it had written by then.
        self.written: deque[tuple[float, int]] = deque(maxlen=int(max_lag_s / LOOK_EVERY_S) + 10)
        self.open: dict[str, psycopg.Connection] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="replica-watch", daemon=True).start()

    def look(self) -> None:
        now = time.monotonic()
        with suppress(psycopg.Error):  # without the primary, what replicas have is as good as it was
            self.written.append((now, self._asked(PRIMARY, WRITTEN_UP_TO) or 0))
        for alias, standing in self.known.standings.items():
            self._look_at(alias, standing)

    def _look_at(self, alias: str, standing: Standing) -> None:
        try:
            replayed = self._asked(alias, REPLAYED_UP_TO)
        except psycopg.Error:
            self._say(alias, standing, "cannot be reached")
            return
        if replayed is None:
            self._say(alias, standing, "is no replica")
            return
        standing.replayed, standing.looked_at = replayed, time.monotonic()
        lag_s = lag(self.written, replayed)
        if lag_s is None or lag_s > self.max_lag_s:
            self._say(alias, standing, "too far behind")
        else:
            standing.lag_s = lag_s
            self._say(alias, standing, "")

    def _say(self, alias: str, standing: Standing, reason: str) -> None:
        if standing.reason != reason:
            logger.warning("%s is %s", alias, f"left out: {reason}" if reason else "used")
        standing.reason = reason

    def _asked(self, alias: str, statement: str) -> int | None:
        if alias not in self.open:
            self.open[alias] = psycopg.connect(**_parameters(alias), autocommit=True)
        try:
            row = self.open[alias].execute(statement).fetchone()
        except psycopg.Error:
            self.open.pop(alias).close()
            raise
        return row[0] if row else None

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                logger.exception("looking after the replicas failed")
            time.sleep(LOOK_EVERY_S)


def lag(written: deque[tuple[float, int]], replayed: int) -> float | None:
    """Seconds behind the primary, at most; None where they are more than is known."""
    then = next((when for when, position in reversed(written) if position <= replayed), None)
    return written[-1][0] - then if then is not None else None


def _parameters(alias: str) -> dict[str, Any]:
    params = {**LIMITS, **connections[alias].get_connection_params(), "context": None}
    params.pop("cursor_factory")
    return params


@cache
def start() -> None:
    """Once a process, however many handlers it has."""
    Watch(replicas(), max_lag_s=settings.REPLICA_MAX_LAG_S).start()
