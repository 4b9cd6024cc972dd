"""How much of a list is on one page; the paging itself is that of every collection (layers/paging.py)."""

from django.db.models import QuerySet

from layers.catalogue import Collection
from layers.models import Feature
from layers.paging import Page, page_after

PAGE_SIZE = 25


def rows_after(collection: Collection, rows: QuerySet[Feature], token: str) -> Page:
    """The page that follows ``token`` (empty: the first). BadParameter for a token that no page gave."""
    return page_after(rows, order=collection.order, token=token, size=PAGE_SIZE)
