"""Keyset paging of lists in order of arrival, newest first: a page costs the same however far down it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from layers.filters import BadParameter
from layers.models import Feature

PAGE_SIZE = 25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# What PostgreSQL's bigint holds, and the microseconds from year 1 to year 9999.
LARGEST_ID = 2**63 - 1
EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


@dataclass(frozen=True)
class Page:
    """``next`` is the token of the page after this one, empty on the last."""

    rows: list[Feature]
    next: str


def page_after(rows: QuerySet[Feature], token: str) -> Page:
    """The page that follows ``token`` (empty: the first). BadParameter for a token that no page gave."""
    ordered = rows.order_by("-received_at", "-id")
    if token:
        received_at, pk = _read(token)
        ordered = ordered.filter(received_at__lte=received_at).exclude(
            Q(received_at=received_at) & Q(id__gte=pk)
        )
    found = list(ordered[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, _token(shown[-1]) if len(found) > PAGE_SIZE else "")


def _token(feature: Feature) -> str:
    return f"{(feature.received_at - EPOCH) // MICROSECOND}.{feature.pk}"


def _read(token: str) -> tuple[datetime, int]:
    try:
        micros, pk = (int(part) for part in token.split("."))
    except ValueError:
        micros, pk = LATEST + 1, 0
    if not (EARLIEST <= micros <= LATEST and 0 < pk <= LARGEST_ID):
        raise BadParameter("next", _("This is not a page that the list gave."))
    return EPOCH + micros * MICROSECOND, pk
