"""What an address's query means, and that nothing it cannot mean is passed over."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoportal.lib.geo import Bbox
from layers.catalogue import COLLECTIONS
from layers.filters import SHARED_PARAMETERS, BadParameter, Filters, parse_filters
from layers.statuses import Kind
from regions.models import Generation
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, WEST, square

pytestmark = pytest.mark.usefixtures("world")


def parsed(query: str, kind: Kind | None = Kind.PROBLEM, own: tuple[str, ...] = ()) -> Filters:
    return parse_filters(QueryDict(query), kind=kind, allowed=(*SHARED_PARAMETERS, "level"), own=own)


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("", {}),
        ("lang=ru", {}),
        ("region=&category=&q=+", {}),
        (f"region={MIDDLE},{WEST}", {"oblasts": (WEST, MIDDLE)}),
        (f"region={MIDDLE_NORTH},{EAST}", {"oblasts": (EAST,), "rayons": (MIDDLE_NORTH,)}),
        (f"region=+{WEST}+,,{WEST}", {"oblasts": (WEST,)}),
        ("region=kz", {}),
        ("category=potholes", {"categories": ("potholes",)}),
        ("category=water,roads", {"categories": ("potholes", "roads", "water")}),
        ("status=solved", {"statuses": ("confirmed", "resolved")}),
        ("status=new,new", {"statuses": ("new",)}),
        ("status=declined", {"statuses": ("declined",)}),
        ("from=2026-01-01", {"first_day": date(2026, 1, 1)}),
        ("from=2026-01-01&to=2026-01-01", {"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 1)}),
        ("bbox=70,50,71.5,51", {"bbox": Bbox(70, 50, 71.5, 51)}),
        ("bbox=170,-10,-170,10", {"bbox": Bbox(170, -10, -170, 10)}),
        ("q=+hole+", {"q": "hole"}),
        ("level=2", {"level": 2}),
    ],
)
def test_a_query_means_one_thing(query: str, meaning: dict[str, Any]) -> None:
    assert parsed(query) == Filters(jurisdiction="kz", **meaning)


def test_a_group_without_a_status_of_the_kind_matches_nothing_instead_of_everything() -> None:
    assert parsed("status=duplicate", Kind.INITIATIVE).statuses == ("none",)


def test_boundaries_of_another_day_are_asked_for_by_their_generation() -> None:
    before = Generation.objects.get(vintage="2018")
    found = parsed(f"region={WEST}&at=2020-01-01")
    assert (found.oblasts, found.generation) == ((WEST,), before.pk)
    # Those of today are no other boundaries.
    assert parsed("at=2022-06-08") == parsed("")
    assert parsed("at=2022-06-07").generation == before.pk


def test_equal_meanings_are_one_key() -> None:
    assert (
        parsed(f"region={WEST},{EAST}&status=open").canonical()
        == parsed(f"status=open&region={EAST},{WEST}&lang=kk").canonical()
    )
    assert parsed("q=a").canonical() != parsed("q=b").canonical()


def test_another_jurisdiction_is_chosen_by_its_code(settings: LazySettings) -> None:
    from_kz = Generation.objects.get(vintage="2024").jurisdiction
    from_kz.pk = "boston"
    from_kz.outline = square(70, 50, 71, 51)
    from_kz.save(force_insert=True)
    assert parsed("region=boston").jurisdiction == "boston"
    settings.DEFAULT_JURISDICTION = "boston"
    assert parsed("").jurisdiction == "boston"


BAD = [
    ("lang=xx", "lang"),
    ("region=,", "region"),
    ("category=,,", "category"),
    ("status=+,+", "status"),
    ("from=20260301", "from"),
    ("to=2026-W10-1", "to"),
    ("bbox=7_0,4_0,8_0,5_0", "bbox"),
    ("bogus=1", "bogus"),
    ("REGION=110000000", "REGION"),
    ("limit=1", "limit"),
    ("q=a&q=b", "q"),
    ("q=%00", "q"),
    (f"q={'a' * 201}", "q"),
    ("region=999999999", "region"),
    ("region=110000000,999999999", "region"),
    ("region=atlantis", "region"),
    ("region=kz,110000000", "region"),
    ("region=١١٠", "region"),
    # A unit that the boundaries of that day did not have.
    (f"region={MIDDLE}&at=2020-01-01", "region"),
    ("region=" + ",".join(str(code) for code in range(301)), "region"),
    ("category=bogus", "category"),
    ("category=roads,bogus", "category"),
    ("status=bogus", "status"),
    ("status=hidden", "status"),
    ("status=draft", "status"),
    ("status=voiced", "status"),
    ("from=yesterday", "from"),
    ("from=2026-02-30", "from"),
    ("from=2026-1-1T00:00", "from"),
    ("from=0001-01-01", "from"),
    ("to=9999-12-31", "to"),
    ("from=2026-01-02&to=2026-01-01", "to"),
    ("at=tomorrow", "at"),
    ("at=2001-01-01", "at"),
    ("bbox=1,2,3", "bbox"),
    ("bbox=1,2,3,4,5", "bbox"),
    ("bbox=a,b,c,d", "bbox"),
    ("bbox=nan,0,1,1", "bbox"),
    ("bbox=-inf,0,1,1", "bbox"),
    ("bbox=-181,0,0,1", "bbox"),
    ("bbox=0,-91,0,1", "bbox"),
    ("bbox=0,2,1,1", "bbox"),
    ("level=3", "level"),
    ("level=one", "level"),
]


@pytest.mark.parametrize(("query", "field"), BAD)
def test_what_cannot_be_meant_is_refused_by_name(query: str, field: str) -> None:
    with pytest.raises(BadParameter) as refused:
        parsed(query)
    assert refused.value.field == field
    assert str(refused.value)


def test_a_surface_may_have_parameters_of_its_own() -> None:
    assert parsed("limit=1", own=("limit",)) == parsed("")


@given(name=st.sampled_from(sorted({*SHARED_PARAMETERS, "level", "lang"})), value=st.text(max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_a_filter_or_a_refusal(name: str, value: str) -> None:
    query = QueryDict(mutable=True)
    query[name] = value
    for collection in COLLECTIONS.values():
        refused = ""
        try:
            assert collection.count(collection.parse(query)) >= 0
        except BadParameter as error:
            refused = str(error.field)
        assert refused in {"", name}
