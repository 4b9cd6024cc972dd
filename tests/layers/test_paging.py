"""Walking through pages meets every row exactly once, in order, whatever the order is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers import paging
from layers.filters import BadParameter
from layers.models import Feature
from layers.paging import gathered, page_after
from regions.models import Settlement
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, WEST, add_feature

pytestmark = pytest.mark.usefixtures("world")
ARRIVAL = ("-received_at", "-id")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def walk(rows: QuerySet[Any, Any], order: tuple[str, ...], size: int) -> list[Any]:
    found, token = [], ""
    while True:
        page = page_after(rows, order=order, token=token, size=size)
        found += page.rows
        assert len(page.rows) == size or not page.next
        if not page.next:
            return found
        token = page.next


def token_of(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "order", [ARRIVAL, ("received_at", "id"), ("title", "-received_at", "id"), ("-title", "id"), ("-id",)]
)
@pytest.mark.parametrize("size", [1, 2, 3, 12, 100])
def test_pages_in_any_order_are_the_rows_in_that_order(order: tuple[str, ...], size: int) -> None:
    for number in range(12):
        # Many share a title, some an instant to the microsecond.
        moment = NEW_YEAR + timedelta(microseconds=number // 3)
        add_feature(title=f"ә{number % 4}", received_at=moment)
    rows = Feature.objects.all()
    assert walk(rows, order, size) == list(rows.order_by(*order))
    assert walk(rows.values("id", "title", "received_at"), order, size) == list(
        rows.order_by(*order).values("id", "title", "received_at")
    )


def test_equal_populations_are_paged_by_number() -> None:
    for number in range(7):
        Settlement.objects.create(
            jurisdiction_id="kz",
            geonames_id=number,
            point=Point(71, 50, srid=4326),
            population=number // 3,
            min_zoom=5,
        )
    order = ("-population", "id")
    rows = Settlement.objects.all()
    assert walk(rows, order, 2) == list(rows.order_by(*order))


def test_a_row_that_arrives_meanwhile_moves_no_other() -> None:
    rows = [add_feature(received_at=NEW_YEAR + timedelta(days=day)) for day in range(4)]
    first = page_after(Feature.objects.all(), order=ARRIVAL, token="", size=2)
    add_feature(received_at=NEW_YEAR + timedelta(days=9))
    second = page_after(Feature.objects.all(), order=ARRIVAL, token=first.next, size=2)
    assert [row.pk for row in (*first.rows, *second.rows)] == [row.pk for row in reversed(rows)]


def test_few_rows_are_gathered_before_they_are_put_in_order() -> None:
    for number in range(5):
        add_feature(title=f"hole {number}", status="hidden" if number == 2 else "new")
    rows = Feature.objects.public()
    assert gathered(rows, matched=paging.FEW + 1) is rows
    few = gathered(rows, matched=4)
    assert "LIMIT" in str(few.query)
    assert walk(few, ARRIVAL, 3) == list(rows.order_by(*ARRIVAL))


def test_an_empty_set_is_one_empty_page() -> None:
    page = page_after(Feature.objects.none(), order=ARRIVAL, token="", size=10)
    assert (page.rows, page.next) == ([], "")


def test_a_page_far_down_is_reached_by_the_index(django_assert_num_queries: Any) -> None:
    for _number in range(3):
        add_feature()
    token = page_after(Feature.objects.all(), order=ARRIVAL, token="", size=2).next
    with django_assert_num_queries(1) as queries:
        page_after(Feature.objects.all(), order=ARRIVAL, token=token, size=2)
    sql = queries.captured_queries[0]["sql"]
    assert "OFFSET" not in sql
    assert '"received_at" <= ' in sql


@pytest.mark.parametrize(
    "token",
    [
        *("bogus", "=", "W10", "ә", "A" * 10_000, token_of(), token_of("-received_at,-id")),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00"),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", 1, 2),
        token_of("received_at,id", "2026-01-01T00:00:00+00:00", 1),
        token_of("-received_at,-id", "2026-01-01T00:00:00", 1),
        token_of("-received_at,-id", "2026-01-01T00:00:00+05:00:30.000001", 1),
        token_of("-received_at,-id", 5, 1),
        token_of("-received_at,-id", None, 1),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", "1"),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", True),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", 1.5),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", 2**63),
        token_of("-received_at,-id", "2026-01-01T00:00:00+00:00", {"a": 1}),
        urlsafe_b64encode(b"[" * 300).decode(),
        urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_token_that_no_page_gave_is_refused(token: str) -> None:
    with pytest.raises(BadParameter) as refused:
        page_after(Feature.objects.all(), order=ARRIVAL, token=token, size=2)
    assert refused.value.field == "next"


@pytest.mark.parametrize("text", ["\x00", "\ud800", 5, None])
def test_a_token_with_a_text_that_postgresql_cannot_hold_is_refused(text: object) -> None:
    with pytest.raises(BadParameter):
        page_after(Feature.objects.all(), order=("title", "id"), token=token_of("title,id", text, 1), size=2)


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda b: urlsafe_b64encode(b).decode()))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_given_as_a_token_is_a_page_or_a_refusal(token: str) -> None:
    refused = "next"
    try:
        page_after(Feature.objects.all(), order=ARRIVAL, token=token, size=2)
    except BadParameter as error:
        refused = str(error.field)
    assert refused == "next"


def test_a_token_says_nothing_that_the_page_did_not() -> None:
    rows = [add_feature(source_id=f"person {number}") for number in range(2)]
    token = page_after(Feature.objects.all(), order=ARRIVAL, token="", size=1).next
    text = urlsafe_b64decode(token + "==").decode()
    assert json.loads(text) == ["-received_at,-id", "2026-03-15T06:00:00+00:00", rows[1].pk]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "region": st.sampled_from([WEST, MIDDLE, f"{WEST},{MIDDLE_NORTH}", EAST]),
        "category": st.sampled_from(["roads", "potholes", "water", "roads,water"]),
        "status": st.sampled_from(["open", "solved", "new", "declined,open"]),
        "from": st.sampled_from(["2026-01-01", "2026-01-03"]),
        "to": st.sampled_from(["2026-01-03", "2026-01-05"]),
        "bbox": st.sampled_from(["70,50,71.2,51", "71.9,50,70.2,51"]),
        "q": st.sampled_from(["hole", "deep hole", "шұң"]),
        "limit": st.sampled_from(["1", "2", "7"]),
    },
)


@pytest.fixture
def _many(world: None) -> None:
    titles = ["A hole", "Deep hole", "Шұңқыр"]
    statuses = ["new", "confirmed", "declined", "hidden"]
    for number in range(48):
        add_feature(
            70.1 + (number * 0.37) % 2.9,
            50.1 + (number * 0.17) % 0.8,
            title=titles[number % 3],
            status=statuses[number % 4],
            category_id=["roads", "potholes", "water"][number % 5 % 3],
            received_at=NEW_YEAR + timedelta(days=number % 6),
        )


@pytest.mark.usefixtures("_many")
@given(FILTERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_following_next_meets_every_matching_row_exactly_once(
    ask: Callable[..., Any], filters: dict[str, str]
) -> None:
    everything = ask("/api/v1/problems/?" + urlencode({**filters, "limit": "1000"})).body
    expected = [feature["id"] for feature in everything["features"]]
    met: list[int] = []
    address = "/api/v1/problems/?" + urlencode(filters)
    while address:
        body = ask(address).body
        assert body["numberMatched"] == len(expected)
        met += [feature["id"] for feature in body["features"]]
        following = [link["href"] for link in body["links"] if link["rel"] == "next"]
        address = following[0].removeprefix("http://testserver") if following else ""
    assert met == expected
    assert len(set(met)) == len(met)
