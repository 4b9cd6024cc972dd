"""Keyset paging in a collection's order: a page costs the same however far down it is.

The token of a page says where the one before it ended, and in which order: it is refused under any other.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, IntegerField, Q, QuerySet
from django.utils.translation import gettext as _

from layers.filters import BadParameter

# What PostgreSQL's bigint holds.
SMALLEST, LARGEST = -(2**63), 2**63 - 1
# So many rows are sorted faster than found in order.
FEW = 2000
# No order needs more; it keeps what is decoded small.
LONGEST_TOKEN = 500


@dataclass(frozen=True)
class Page:
    """Rows as the queryset gives them. ``next`` is the token of the page after, empty on the last."""

    rows: list[Any]
    next: str


def gathered(rows: QuerySet[Any, Any], matched: int) -> QuerySet[Any, Any]:
    """The same rows; when they are few, found by their filters first and put in order then.

    PostgreSQL expects any word in one row of fifty, so it looks for a page along the index of the order, and
    reads 300,000 rows (1.2 s) to find none that has the word. A limit keeps the two steps apart; this one
    cuts nothing.
    """
    if matched > FEW:
        return rows
    return rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")[:LARGEST])


def page_after(rows: QuerySet[Any, Any], *, order: tuple[str, ...], token: str, size: int) -> Page:
    """At most ``size`` rows: those that follow ``token`` in ``order`` (an empty token: the first).

    ``order`` names columns without NULLs, ``-`` before those that descend; the last is unique. Rows are
    objects or dictionaries that hold these columns. BadParameter for a token that no page in this order gave.
    """
    ordered = rows.order_by(*order)
    if token:
        ordered = ordered.filter(_beyond(order, _read(token, order, rows)))
    # First which rows, then what they hold: the first is read from the index alone where that has the columns
    # of the filters, which PostgreSQL does not do for a row that it fetches anyway (docs/database.md).
    found = list(rows.filter(pk__in=ordered.values("pk")[: size + 1]).order_by(*order))
    shown = found[:size]
    return Page(shown, _write(shown[-1], order) if len(found) > size else "")


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after the one with these values.

    The first column is bounded by itself as well: that is the condition which an index can begin at.
    """
    name, value = _name(order[0]), values[0]
    further = Q(**{f"{name}__{'lt' if order[0].startswith('-') else 'gt'}": value})
    if len(order) == 1:
        return further
    bound = Q(**{f"{name}__{'lte' if order[0].startswith('-') else 'gte'}": value})
    return bound & (further | _beyond(order[1:], values[1:]))


def _name(column: str) -> str:
    return column.removeprefix("-")


def _write(row: Any, order: tuple[str, ...]) -> str:
    values = [row[_name(c)] if isinstance(row, dict) else getattr(row, _name(c)) for c in order]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps([",".join(order), *plain], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(token: str, order: tuple[str, ...], rows: QuerySet[Any, Any]) -> list[Any]:
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        given = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(given, list) or len(given) != len(order) + 1 or given[0] != ",".join(order):
            raise ValueError("of another order")
        fields = [rows.model._meta.get_field(_name(column)) for column in order]
        return [_value(field, value) for field, value in zip(fields, given[1:], strict=True)]
    except ValueError:
        raise BadParameter("next", _("This is not a page that the list gave.")) from None


def _value(column: Any, given: object) -> Any:
    """What the token holds for a column, as the database compares it. Raises ValueError."""
    if isinstance(column, DateTimeField):
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
        # In UTC, as written here; an offset of odd seconds is beyond PostgreSQL.
        if at is not None and at.utcoffset() == timedelta(0):
            return at
    elif isinstance(column, IntegerField):
        if type(given) is int and SMALLEST <= given <= LARGEST:
            return given
    # Neither NUL nor half a surrogate pair is printable: PostgreSQL takes neither.
    elif isinstance(given, str) and given.isprintable():
        return given
    raise ValueError("not a value of this column")
