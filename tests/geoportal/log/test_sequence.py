"""From the outbox into the tree."""

from collections.abc import Callable

import pytest

from geoportal.log.checking import check_proof
from geoportal.log.models import Entry, Head, Pending, Tile
from geoportal.log.proofs import last_head, proof_for, public_keys
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NAMED, NOW, content_of, name_categories

Name = Callable[..., Category]


def test_what_waits_becomes_leaves_without_gaps(db: None) -> None:
    name_categories(f"c{number}" for number in range(300))
    assert sequence(now=NOW) == 300
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(300))
    assert not Pending.objects.exists()
    head = last_head()
    assert head is not None
    assert head.size == 300
    assert Tile.objects.count() == 1


def test_a_row_is_proven_against_the_signed_head(name_category: Name) -> None:
    for number in range(5):
        row = name_category(f"c{number}")
    assert proof_for(row=row) is None
    sequence(now=NOW)
    proof = proof_for(row=row)
    assert proof is not None
    proven = check_proof(proof, content_of(row), public_keys())
    assert (proven.index, proven.checkpoint.size) == (4, 5)


@pytest.mark.django_db
def test_an_empty_log_has_a_signed_head() -> None:
    assert sequence(now=NOW) == 0
    assert list(Head.objects.values_list("size", flat=True)) == [0]


def test_proofs_hold_under_every_head_that_comes(db: None) -> None:
    """What is remembered of one head's tiles is of no use to the next."""
    for start, end in ((0, 2), (2, 255), (255, 256), (256, 258), (258, 513)):
        name_categories(f"c{number}" for number in range(start, end))
        sequence(now=NOW)
        for number in {0, start, end // 2, end - 1}:
            row = Category.objects.get(code=f"c{number}")
            proof = proof_for(row=row, event=NAMED)
            assert proof is not None
            assert check_proof(proof, content_of(row), public_keys()).checkpoint.size == end
    assert proof_for(row=row, event="category.unheard") is None
