"""``DATABASE_URL`` to Django's ``DATABASES`` entry."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from geoportal.lib.env import SettingError


def database_settings(url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?option=value``; a socket directory is ``?host=/run/…``.

    Raises SettingError for anything that is not a PostgreSQL address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgis"}:
        raise SettingError("DATABASE_URL must start with postgresql://")
    options = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise SettingError("DATABASE_URL has a port that is not a number") from error
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingError("DATABASE_URL names no database (…/NAME)")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or (str(port) if port else ""),
        "OPTIONS": options,
    }
