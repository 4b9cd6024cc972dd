"""The taxonomy: what it holds, and that bringing it in never loses a category."""

import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from layers.categories import Outcome, load_categories, taxonomy
from layers.models import Category
from tests.world import add_feature

CODES = [row["code"] for row in taxonomy()]
PARENTS = {row["code"] for row in taxonomy() if not row["parent"]}


def test_every_code_is_a_slug_of_its_own() -> None:
    assert len(set(CODES)) == len(CODES)
    assert [
        code for code in CODES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 50
    ] == []


def test_there_are_sixteen_parents_with_four_to_nine_children_each() -> None:
    children = Counter(row["parent"] for row in taxonomy() if row["parent"])
    assert set(children) == PARENTS
    assert len(PARENTS) == 16
    assert {code: count for code, count in children.items() if not 4 <= count <= 9} == {}


def test_each_parent_stands_before_its_children() -> None:
    for index, row in enumerate(taxonomy()):
        assert not row["parent"] or row["parent"] in CODES[:index]


def test_positions_order_parents_first_and_then_children_in_their_order() -> None:
    ordered = sorted(taxonomy(), key=lambda row: int(row["position"]))
    assert len({row["position"] for row in ordered}) == len(ordered)
    assert {row["code"] for row in ordered[:16]} == PARENTS
    order = [row["code"] for row in ordered[:16]]
    places = [order.index(row["parent"]) for row in ordered[16:]]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["name_kk", "name_ru", "name_en"])
def test_every_category_has_a_name_that_no_sibling_has(name: str) -> None:
    names = Counter((row["parent"], row[name]) for row in taxonomy())
    assert [each for each, count in names.items() if count > 1 or not each[1].strip()] == []


def test_names_are_written_in_the_letters_of_their_language() -> None:
    for row in taxonomy():
        assert not re.search("[A-Za-z]", row["name_kk"] + row["name_ru"]), row
        assert not re.search("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]", row["name_ru"]), row
        assert re.fullmatch("[A-Za-z0-9 ,-]+", row["name_en"]), row


@pytest.mark.django_db
def test_the_taxonomy_comes_in_whole_and_a_second_time_changes_nothing() -> None:
    assert load_categories() == Outcome(len(CODES), 0, 0, ())
    assert load_categories() == Outcome(0, 0, len(CODES), ())
    potholes = Category.objects.get(code="potholes")
    assert (potholes.parent_id, potholes.name_ru) == ("roads", "Ямы на дорогах")


@pytest.mark.usefixtures("world")
def test_a_renamed_or_moved_category_is_brought_back_to_the_taxonomy() -> None:
    # The world has roads, water and potholes under other names.
    assert load_categories() == Outcome(len(CODES) - 3, 3, 0, ())
    Category.objects.filter(code="potholes").update(parent="water")
    assert load_categories().updated == 1
    assert Category.objects.get(code="potholes").parent_id == "roads"


@pytest.mark.usefixtures("world")
def test_what_the_taxonomy_does_not_know_is_kept_and_named() -> None:
    for code in ("wolves", "ghosts"):
        Category.objects.create(code=code, name_kk=code, name_ru=code, name_en=code, position=1)
    feature = add_feature(category_id="wolves")
    printed = StringIO()
    call_command("load_categories", stdout=printed)
    assert printed.getvalue().splitlines() == [
        f"Categories: {len(CODES) - 3} inserted, 3 updated, 0 unchanged.",
        "Kept, though not of this version: ghosts, wolves.",
    ]
    feature.refresh_from_db()
    assert feature.category_id == "wolves"
