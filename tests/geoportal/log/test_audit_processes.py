"""The audit outside of a transaction: one snapshot for several processes."""

import pytest
from django.db import connection

from geoportal.log.audit import Fault, Tally, audit
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NOW, name_categories


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("helpers", [0, 1, 2])
def test_helpers_find_the_same_in_the_same_order(helpers: int) -> None:
    name_categories(f"c{number}" for number in range(90))
    sequence(now=NOW)
    Category.objects.filter(code__in=["c3", "c71"]).update(name_kk="басқа")
    Category.objects.filter(code="c89").delete()
    tally = Tally()

    found = audit(batch=20, helpers=helpers, tally=tally)
    first = next(found)
    rest = list(found)

    assert [(each.fault, each.key) for each in (first, *rest)] == [
        (Fault.EDITED, "c3"),
        (Fault.EDITED, "c71"),
        (Fault.DELETED, "c89"),
    ]
    assert (tally.entries, tally.rows) == (90, 90)
    assert next(audit(helpers=helpers)) == first


@pytest.mark.django_db(transaction=True)
def test_who_stops_early_leaves_nothing_open() -> None:
    name_categories(f"c{number}" for number in range(90))
    sequence(now=NOW)
    Category.objects.update(name_kk="басқа")
    found = audit(batch=20, helpers=1)
    next(found)
    found.close()
    assert not connection.in_atomic_block
    assert Category.objects.count() == 90
