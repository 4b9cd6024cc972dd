"""Addresses of databases to Django's ``DATABASES`` entries."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from geoportal.lib.env import SettingError

# Waiting longer for a connection of a pool means that the database is gone. A replica is given up sooner,
# because the primary answers in its place.
POOL = {"min_size": 1, "timeout": 3}
# A server that went without a word (its host, the network) is noticed after about 15 s; whoever waits for an
# answer would else wait for ever. https://www.postgresql.org/docs/current/libpq-connect.html
NOTICE_SILENCE = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
REPLICA_POOL = {"min_size": 1, "timeout": 0.5, "reconnect_timeout": 1}


def database_settings(url: str, *, setting: str = "DATABASE_URL") -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?option=value``; a socket directory is ``?host=/run/…``.

    Raises SettingError, which names ``setting``, for anything that is not a PostgreSQL address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise SettingError(f"{setting} must start with postgresql://")
    options = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise SettingError(f"{setting} has a port that is not a number") from error
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingError(f"{setting} names no database (…/NAME)")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or (str(port) if port else ""),
        "OPTIONS": options,
    }


def replica_settings(url: str) -> dict[str, Any]:
    """The entry of a streaming replica, whose reads the primary takes over (geoportal/lib/replicas.py)."""
    return {
        **database_settings(url, setting="DATABASE_REPLICA_URLS"),
        # A statement can be handed to the primary, a cursor that was half read cannot.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "TEST": {"MIRROR": "default"},
    }


def for_process(
    database: dict[str, Any],
    *,
    is_replica: bool,
    pool_size: int,
    statement_timeout_ms: int,
    through_pooler: bool,
) -> dict[str, Any]:
    """The entry with what this kind of process needs: a pool (``pool_size`` > 0), or none.

    Through a pooler that lends a connection for one transaction: no parameters at the start, which it
    refuses, and no cursor that outlives a transaction. Limits of time then come with each statement
    (geoportal/time_limits.py).
    """
    options = {**NOTICE_SILENCE, **database["OPTIONS"]}
    found = {**database, "OPTIONS": options}
    if through_pooler:
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        options.setdefault("options", "-c jit=off")
    if pool_size > 0:
        options["pool"] = {**(REPLICA_POOL if is_replica else POOL), "max_size": pool_size}
        if not through_pooler:
            options["options"] += f" -c statement_timeout={statement_timeout_ms}"
        found["CONN_HEALTH_CHECKS"] = True
    return found
