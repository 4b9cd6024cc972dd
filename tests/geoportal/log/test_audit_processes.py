"""The audit outside of a transaction: one snapshot for several processes."""

import pytest
from django.db import connection

from geoportal.log.audit import Fault, Tally, audit
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NOW, name_categories


@pytest.mark.django_db(transaction=True)
def test_helpers_find_the_same_in_the_same_order_and_leave_nothing_open() -> None:
    name_categories(f"c{number}" for number in range(90))
    sequence(now=NOW)
    Category.objects.filter(code__in=["c3", "c71"]).update(name_kk="басқа")
    Category.objects.filter(code="c89").delete()
    for helpers in (0, 1, 2):
        tally = Tally()
        found = list(audit(batch=20, helpers=helpers, tally=tally))
        assert [(each.fault, each.key) for each in found] == [
            (Fault.EDITED, "c3"),
            (Fault.EDITED, "c71"),
            (Fault.DELETED, "c89"),
        ]
        assert (tally.entries, tally.rows) == (90, 90)

    stopped_early = audit(batch=20, helpers=1)
    next(stopped_early)
    stopped_early.close()
    assert not connection.in_atomic_block
    assert Category.objects.count() == 89
