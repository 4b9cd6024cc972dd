"""One value, one sequence of bytes: JSON as RFC 8785 (JCS) writes it, for values without fractions."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON] | None"

# Larger whole numbers are not the same in every JSON reader (RFC 7493, section 2.2).
LARGEST = 2**53 - 1
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
PLAIN = {str, bool, type(None)}


def canonical_json(value: JSON) -> bytes:
    """UTF-8 without spaces, keys sorted. Raises ValueError, naming the place, for what has no such form:
    fractions, large numbers, half a surrogate pair, keys that are not ASCII (their order would be disputed).
    """
    _require(value, "$")
    text = ENCODER.encode(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half a surrogate pair") from error


def utc_text(moment: datetime) -> str:
    """``2026-11-27T08:00:00.000000Z``, in UTC to the microsecond as PostgreSQL keeps it.

    Raises ValueError for a time without zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_utc(text: str) -> datetime:
    """What ``utc_text`` wrote; ValueError for any other form of a time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or utc_text(moment) != text:
        raise ValueError("not a time in UTC to the microsecond")
    return moment


def _require(value: JSON, place: str) -> None:
    kind = type(value)
    if kind in PLAIN:
        return
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"{place} is larger than 2**53 - 1")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                raise ValueError(f"{place} has a key that is not ASCII text")
            if type(inner) not in PLAIN:
                _require(inner, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _require(inner, f"{place}[{number}]")
    elif not isinstance(value, str):
        raise ValueError(f"{place} is a {kind.__name__}, which has no canonical form")
