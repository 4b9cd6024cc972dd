"""Times of a source as aware UTC times."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any


def parse_times(
    values: Sequence[Any], *, formats: Sequence[str], zone: tzinfo
) -> tuple[list[datetime | None], list[int]]:
    """``(times, broken)``: UTC, None where the value is empty; ``broken`` are the indexes that hold no time.

    ``formats`` are tried in turn, ``"iso"`` being ISO 8601 and the others ``strptime`` patterns. A time
    without an offset is in ``zone``: in the hour that autumn repeats it is the first, in the hour that spring
    skips it is read with the offset before.
    """
    if list(formats) == ["iso"]:
        try:
            return [(value and _utc(datetime.fromisoformat(value), zone)) or None for value in values], []
        except (TypeError, ValueError, OverflowError):
            pass  # something else is among them: one by one
    times: list[datetime | None] = []
    broken: list[int] = []
    for index, value in enumerate(values):
        text = value.strip() if isinstance(value, str) else value
        empty = text is None or text == ""
        times.append(None if empty else _time(text, formats, zone))
        if times[-1] is None and not empty:
            broken.append(index)
    return times, broken


def _time(value: Any, formats: Sequence[str], zone: tzinfo) -> datetime | None:
    try:
        if isinstance(value, datetime):
            return _utc(value, zone)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
        if not isinstance(value, str):
            return None
        for form in formats:
            try:
                read = datetime.fromisoformat(value) if form == "iso" else datetime.strptime(value, form)  # noqa: DTZ007
            except ValueError:
                continue
            return _utc(read, zone)
    except OverflowError:  # the year 1 or 9999, pushed out of the calendar by its offset
        return None
    return None


def _utc(time: datetime, zone: tzinfo) -> datetime:
    """Converted at once: two times of one zone compare by their clocks, and the database compares
    instants.
    """
    return (time.replace(tzinfo=zone) if time.tzinfo is None else time).astimezone(UTC)
