"""Counts by status, category, region and time, and whether they may have changed, as programs ask."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from layers.catalogue import COLLECTIONS
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, MIDDLE_SOUTH, add_feature

pytestmark = pytest.mark.usefixtures("world")
Ask = Callable[..., Any]
FEATURES = [name for name, collection in COLLECTIONS.items() if collection.kind]


def test_facets_come_in_the_order_of_the_taxonomy(ask: Ask) -> None:
    add_feature(72.5, 50.5, status="declined", category_id="water")
    add_feature(71.5, 50.75, status="new", category_id="potholes")
    add_feature(71.5, 50.25, status="confirmed", category_id="roads")
    add_feature(71.5, 50.25, status="hidden")
    assert ask("/api/v1/problems/facets/").body == {
        "numberMatched": 3,
        "facets": {
            "status": [
                {"code": "new", "count": 1},
                {"code": "confirmed", "count": 1},
                {"code": "declined", "count": 1},
            ],
            "category": [
                {"code": "roads", "count": 1},
                {"code": "potholes", "count": 1},
                {"code": "water", "count": 1},
            ],
            "region": [
                {"code": MIDDLE, "count": 2},
                {"code": MIDDLE_SOUTH, "count": 1},
                {"code": MIDDLE_NORTH, "count": 1},
                {"code": EAST, "count": 1},
                {"code": "190100000", "count": 1},
            ],
        },
    }
    seen = ask("/api/v1/problems/facets/?bbox=71,50,72,51&status=open").body
    assert seen["numberMatched"] == 1
    assert [each["code"] for each in seen["facets"]["status"]] == ["new", "confirmed"]


def test_bins_are_periods_that_the_filters_take(ask: Ask) -> None:
    add_feature(received_at=datetime(2023, 12, 31, 12, tzinfo=UTC))
    add_feature(received_at=datetime(2024, 2, 29, 12, tzinfo=UTC))
    months = ask("/api/v1/problems/histogram/").body
    assert months == {
        "interval": "month",
        "bins": [
            {"from": "2023-12-01", "to": "2023-12-31", "count": 1},
            {"from": "2024-01-01", "to": "2024-01-31", "count": 0},
            {"from": "2024-02-01", "to": "2024-02-29", "count": 1},
        ],
    }
    assert ask("/api/v1/problems/histogram/?interval=month&from=2025-01-01").body == months
    years = ask("/api/v1/problems/histogram/?interval=year").body
    assert [(each["from"], each["to"]) for each in years["bins"]] == [
        ("2023-01-01", "2023-12-31"),
        ("2024-01-01", "2024-12-31"),
    ]
    weeks = ask("/api/v1/problems/histogram/?interval=week").body["bins"]
    assert (weeks[0]["from"], weeks[0]["to"]) == ("2023-12-25", "2023-12-31")
    for name, found in (("month", months), ("year", years), ("week", {"bins": weeks})):
        for each in found["bins"]:
            page = ask(f"/api/v1/problems/?from={each['from']}&to={each['to']}").body
            assert page["numberMatched"] == each["count"], name


def test_nothing_has_no_bins(ask: Ask) -> None:
    assert ask("/api/v1/needs/histogram/?interval=day").body == {"interval": "day", "bins": []}
    nothing: dict[str, list[Any]] = {"status": [], "category": [], "region": []}
    assert ask("/api/v1/needs/facets/").body == {"numberMatched": 0, "facets": nothing}


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("facets/?bogus=1", "bogus"),
        ("facets/?interval=month", "interval"),
        ("facets/?limit=1", "limit"),
        ("facets/?status=hidden", "status"),
        ("facets/?bbox=1,2", "bbox"),
        ("histogram/?interval=hour", "interval"),
        ("histogram/?interval=month&interval=day", "interval"),
        ("histogram/?next=1", "next"),
        ("histogram/?from=yesterday", "from"),
        ("histogram/?region=999", "region"),
    ],
)
def test_what_cannot_be_used_is_a_400_that_names_it(ask: Ask, name: str, query: str, field: str) -> None:
    response = ask(f"/api/v1/{name}/{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert (response.body["code"], response.body["field"]) == ("bad_parameter", field)


def test_too_long_a_time_for_days_names_the_interval(ask: Ask) -> None:
    add_feature(received_at=datetime(2020, 1, 1, tzinfo=UTC))
    add_feature(received_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert ask("/api/v1/problems/histogram/?interval=day").body["field"] == "interval"


@pytest.mark.parametrize("name", ["regions", "settlements"])
def test_what_is_no_feature_has_no_facets(ask: Ask, name: str) -> None:
    assert ask(f"/api/v1/{name}/facets/").status_code == 404
    assert ask(f"/api/v1/{name}/histogram/").status_code == 404


@pytest.mark.parametrize("address", ["problems/facets/", "problems/histogram/", "changes/"])
def test_an_answer_that_has_not_changed_is_not_sent_again(ask: Ask, address: str) -> None:
    add_feature()
    first = ask(f"/api/v1/{address}")
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["ETag"].startswith('"')
    again = ask(f"/api/v1/{address}", **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_change_is_a_text_or_unknown(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(ask("/api/v1/changes/").body["collections"]) == set(FEATURES)
    monkeypatch.setattr("layers.api.changes.change_numbers", lambda: {"problems": "17", "needs": None})
    assert ask("/api/v1/changes/").body == {
        "collections": {"problems": {"change": "17"}, "needs": {"change": None}}
    }
    assert ask("/api/v1/changes/?q=x").body["field"] == "q"
