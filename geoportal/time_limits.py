"""How long a statement of a request may run, by its address: settings.STATEMENT_LIMITS_MS.

The limit travels in front of the statement, in the same message, and ends with it. So it costs no round trip
(docs/scaling.md has the numbers), and leaves nothing behind on a connection that a pooler lends to the next.
PostgreSQL takes such a message as one transaction and starts the clock anew for each statement in it.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from psycopg import ServerCursor
from psycopg.sql import SQL, Composable


class Limit:
    """For ``connection.execute_wrapper``: each statement is cancelled after so many milliseconds."""

    def __init__(self, limit_ms: int) -> None:
        self.prefix = f"SET LOCAL statement_timeout = {limit_ms};\n"

    def __call__(
        self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        cursor = context["cursor"]
        # A cursor in the server takes a single statement; so does each of many. A transaction that has failed
        # takes nothing but the way back to its savepoint.
        is_way_back = isinstance(statement, str) and statement.startswith("ROLLBACK TO SAVEPOINT")
        if many or is_way_back or isinstance(cursor.cursor, ServerCursor):
            return execute(statement, params, many, context)
        limited = (
            SQL(self.prefix) + statement if isinstance(statement, Composable) else self.prefix + statement
        )
        result = execute(limited, params, many, context)
        cursor.nextset()  # past the answer to SET
        return result


class StatementLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        most_ms = settings.STATEMENT_TIMEOUT_MS
        # For PostgreSQL nought is no limit.
        self.limits = [
            (beginning, Limit(min(limit_ms, most_ms) if most_ms else limit_ms))
            for beginning, limit_ms in settings.STATEMENT_LIMITS_MS.items()
        ]
        self.default = Limit(most_ms)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = self.limit_of(request.path)
        with ExitStack() as stack:
            for alias in settings.DATABASES:
                stack.enter_context(connections[alias].execute_wrapper(limit))
            return self.get_response(request)

    def limit_of(self, path: str) -> Limit:
        return next((limit for beginning, limit in self.limits if path.startswith(beginning)), self.default)
