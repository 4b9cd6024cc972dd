"""A connection of the snapshot's own: not of the pool, which requests may have emptied, nor in anyone's
transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

CONNECT_TIMEOUT_S = 3
NAME = "geoportal snapshot"


def connect() -> psycopg.Connection[Any]:
    """To the primary, in autocommit. Raises psycopg.OperationalError."""
    params = connection.get_connection_params()
    # What a pooler between refuses, or would keep for whoever has the connection next.
    left_out = {"cursor_factory", "context", "options", "prepare_threshold"}
    return psycopg.connect(
        **{name: value for name, value in params.items() if name not in left_out},
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name=NAME,
        autocommit=True,
        prepare_threshold=None,
    )


@contextmanager
def one_moment(own: psycopg.Connection[Any], *, timeout_ms: int) -> Iterator[None]:
    """Everything that is read in the block is of one moment; a statement ends after ``timeout_ms`` (0:
    never).

    In somebody's transaction, as in tests, it is his that decides.
    """
    is_own = own.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with own.transaction():
        if is_own:
            own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            own.execute(
                "SELECT set_config('jit', 'off', true), set_config('statement_timeout', %s, true)",
                [str(timeout_ms)],
            )
        yield
