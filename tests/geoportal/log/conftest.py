"""A log of categories: rows that any app has, without a part in the log's own code."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from geoportal.log import registry
from geoportal.log.append import append
from geoportal.log.canonical import JSON
from geoportal.log.entry import Entry, commit
from geoportal.log.models import Pending
from layers.models import Category

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
NAMED = "category.named"


def content_of(category: Category) -> dict[str, JSON]:
    return {"code": category.code, "name": category.name_kk}


@pytest.fixture(autouse=True)
def _logged_categories() -> Iterator[None]:
    """Other apps' events would ask for entries about rows that these tests know nothing of."""
    before = dict(registry.EVENTS)
    registry.EVENTS.clear()
    registry.logged(
        event=NAMED, model=Category, content=content_of, public=lambda category: {"code": category.code}
    )
    yield
    registry.EVENTS.clear()
    registry.EVENTS.update(before)


def name_categories(codes: Iterable[str], *, at: datetime = NOW) -> None:
    """As ``name_category`` does, for many: with one insert for each table."""
    rows = [Category(code=code, name_kk=code, name_ru=code, name_en=code, position=1) for code in codes]
    Category.objects.bulk_create(rows)
    waiting = []
    for row in rows:
        salt, reference = secrets.token_bytes(32), uuid4()
        entry = Entry(NAMED, reference, at, commit(salt=salt, content=content_of(row)), {"code": row.code})
        waiting.append(
            Pending(
                event=NAMED,
                object=reference,
                entry=entry.encode(),
                model="layers.category",
                key=row.code,
                salt=salt,
            )
        )
    Pending.objects.bulk_create(waiting)


@pytest.fixture
def name_category(db: None) -> Callable[..., Category]:
    """Makes a category and logs it, in one transaction."""

    def make(code: str, *, at: datetime = NOW, **values: Any) -> Category:
        with transaction.atomic():
            category = Category.objects.create(
                code=code, **{"name_kk": code, "name_ru": code, "name_en": code, "position": 1, **values}
            )
            append(event=NAMED, row=category, at=at)
        return category

    return make
