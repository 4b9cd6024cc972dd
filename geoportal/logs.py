"""How the portal writes its log: one JSON object a line, or plain text on a terminal; without personal data.

A line tells the route (``tiles/<collection>/…``), never the path or the query: what people look for and where
they look is theirs. Errors keep the stack and the first line of the message, because PostgreSQL quotes the
row in the lines after it.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from geoportal.lib.env import SettingError

# The id of the request that this thread answers; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

FORMATS = ("json", "text")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# What geoportal.requests says of a request, as attributes of the record.
REQUEST_FIELDS = ("method", "route", "status", "ms", "bytes")


def logging_settings(*, format: str, level: str) -> dict[str, Any]:
    """Django's ``LOGGING``. No ``format``: text when stderr is a terminal, else JSON. Raises SettingError."""
    chosen = format or ("text" if sys.stderr.isatty() else "json")
    if chosen not in FORMATS:
        raise SettingError(f"LOG_FORMAT must be one of {', '.join(FORMATS)}")
    if level.upper() not in LEVELS:
        raise SettingError(f"LOG_LEVEL must be one of {', '.join(LEVELS)}")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "geoportal.logs.JsonLines"},
            "text": {"()": "geoportal.logs.TextLines"},
        },
        "filters": {"errors": {"()": "geoportal.logs.ErrorsByRoute"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": chosen}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Django hangs handlers of its own on this one; the root's does for all.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # 4xx are in the request line; 5xx come with their stack.
            "django.request": {"level": "ERROR", "filters": ["errors"]},
            # The lines of runserver, which quote the whole address.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # Anybody can send a wrong Host header; the answer is a 400 in the request line.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "geoportal": {"level": level.upper()},
            # At INFO it writes the arguments of each job.
            "procrastinate": {"level": "WARNING"},
        },
    }


class ErrorsByRoute(logging.Filter):
    """Of Django's own lines only those that carry an exception, under the route instead of the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        if request := getattr(record, "request", None):
            record.msg, record.args = "unhandled error: %s", (route_of(request),)
        return bool(record.exc_info)


def route_of(request: Any) -> str:
    """The pattern that the request's address matched; ``static`` for files, ``unmatched`` for the rest."""
    if match := getattr(request, "resolver_match", None):
        return str(match.route) or "/"
    return "static" if request.path.startswith("/static/") else "unmatched"


class Lines(logging.Formatter):
    def formatException(self, ei: Any) -> str:
        return "".join(_stack(traceback.TracebackException(*ei))).rstrip()


class JsonLines(Lines):
    """``{"at", "level", "logger", "message", "request_id", …, "error"}``; ``at`` in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := _request_id(record):
            line["request_id"] = current
        line.update({name: getattr(record, name) for name in REQUEST_FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(Lines):
    """``12:30:01 info    200  12.3 ms  GET problems/<int:id>/``"""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        message = record.getMessage()
        if hasattr(record, "route"):
            values = {name: getattr(record, name) for name in REQUEST_FIELDS}
            message = "{status} {ms:7.1f} ms  {method} {route}".format(**values)
        elif current := _request_id(record):
            message = f"{message} (request {current})"
        line = f"{at} {record.levelname.lower():<8}{message}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _request_id(record: logging.LogRecord) -> str:
    """Of the record itself or of its request, if it has one; else of the request that this thread answers."""
    own = getattr(record, "request_id", "") or getattr(getattr(record, "request", None), "request_id", "")
    return own or request_id.get()


def _stack(error: traceback.TracebackException) -> list[str]:
    """The usual traceback with each message cut to its first line."""
    lines: list[str] = []
    if error.__cause__ is not None:
        lines += [*_stack(error.__cause__), "\nThe above exception was the cause of this one:\n\n"]
    elif error.__context__ is not None and not error.__suppress_context__:
        lines += [*_stack(error.__context__), "\nWhile that was handled, another exception occurred:\n\n"]
    message = "".join(error.format_exception_only()).strip().splitlines()
    return [*lines, "Traceback (most recent call last):\n", *error.stack.format(), f"{message[0]}\n"]
