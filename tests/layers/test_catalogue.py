"""The catalogue describes what is there: fields that exist, orders that are total, nothing private."""

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from layers.catalogue import COLLECTIONS, collection_named
from layers.filters import BadParameter
from layers.items import public_rows
from layers.models import Feature
from layers.rows import NotThere
from layers.statuses import Kind
from tests.world import add_feature

PRIVATE = {"author", "author_id", "source_id", "search", "map_x", "map_y"}


def test_collections_are_those_that_the_addresses_promise() -> None:
    assert list(COLLECTIONS) == ["regions", "settlements", "problems", "needs", "initiatives"]
    assert {collection.kind for collection in COLLECTIONS.values()} == {None, *Kind}


@pytest.mark.django_db
@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_public_field_is_there_and_has_its_type(world: None, name: str) -> None:
    collection = COLLECTIONS[name]
    sources = [field.source for field in collection.fields]
    list(public_rows(collection).values(*sources, collection.geometry)[:1])
    assert len({field.name for field in collection.fields}) == len(collection.fields)
    assert {field.type for field in collection.fields} <= {
        "string",
        "integer",
        "number",
        "boolean",
        "date-time",
    }


@pytest.mark.parametrize("name", COLLECTIONS)
def test_nothing_private_is_a_public_field(name: str) -> None:
    fields = COLLECTIONS[name].fields
    assert PRIVATE.isdisjoint({field.name for field in fields} | {field.source for field in fields})


@pytest.mark.parametrize("name", COLLECTIONS)
def test_an_order_is_total_and_stands_on_public_columns_without_gaps(name: str) -> None:
    collection = COLLECTIONS[name]
    model = public_rows(collection).model
    columns: list[Any] = [model._meta.get_field(column.removeprefix("-")) for column in collection.order]
    assert columns[-1].unique
    assert not any(column.null for column in columns)
    # A page's token holds their values.
    assert {column.name for column in columns} <= {field.source for field in collection.fields}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_named_in_three_languages(name: str) -> None:
    names = set()
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            names.add((str(COLLECTIONS[name].title), str(COLLECTIONS[name].description)))
    assert len(names) == 3


def test_an_unknown_collection_is_not_there() -> None:
    with pytest.raises(NotThere):
        collection_named("bogus")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_takes_its_own_filters_and_no_other(world: None, name: str) -> None:
    values = {"region": "kz", "category": "roads", "status": "open", "from": "2026-01-01", "to": "2026-01-01"}
    values |= {"bbox": "70,50,71,51", "q": "a", "at": "2026-01-01", "level": "1"}
    collection = COLLECTIONS[name]
    for parameter, value in values.items():
        query = QueryDict(f"{parameter}={value}")
        if parameter in collection.parameters:
            assert collection.count(collection.parse(query)) == 0 or collection.kind is None
        else:
            with pytest.raises(BadParameter):
                collection.parse(query)


def test_a_count_is_the_number_of_rows(world: None) -> None:
    for status in ("new", "confirmed", "hidden"):
        add_feature(status=status)
    collection = COLLECTIONS["problems"]
    filters = collection.parse(QueryDict(""))
    assert collection.count(filters) == collection.rows(filters).count() == 2
    assert Feature.objects.count() == 3
