"""The search box is answered with places by name and public features by their words."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from layers import search
from regions.models import PlaceName
from tests.world import EAST, MIDDLE, WEST, add_feature

pytestmark = pytest.mark.usefixtures("world")
Ask = Callable[..., Any]


@pytest.fixture
def _names(world: None) -> None:
    for code, name in ((WEST, "Батыс облысы"), (MIDDLE, "Орталық облысы"), (EAST, "Шығыс облысы")):
        PlaceName.objects.create(jurisdiction_id="kz", code=code, name=name)


@pytest.mark.usefixtures("_names")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_place_is_named_in_the_readers_language(ask: Ask, language: str) -> None:
    response = ask("/api/v1/search/?q=орталык", language=language)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    place = response.body["places"][0]
    assert place == {
        "kind": "oblast",
        "id": MIDDLE,
        "name": f"{MIDDLE} {language}",
        "parent": "",
        "lon": pytest.approx(71.5),
        "lat": pytest.approx(50.5),
        "bbox": [71, 50, 72, 51],
    }


def test_features_of_all_kinds_are_found_by_the_beginnings_of_words_newest_first(ask: Ask) -> None:
    old = add_feature(title="Жарық жоқ", language="kk", received_at=datetime(2026, 1, 1, tzinfo=UTC))
    new = add_feature(
        title="Жарық керек",
        language="kk",
        kind="need",
        status="voiced",
        geom="LINESTRING(71 50.5, 72 50.5)",
        received_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    add_feature(title="Something else")
    found = ask("/api/v1/search/?q=жары").body["features"]
    assert [row["id"] for row in found] == [new.pk, old.pk]
    assert found[1] == {
        "id": old.pk,
        "kind": "problem",
        "title": "Жарық жоқ",
        "language": "kk",
        "category": "potholes",
        "status": "new",
        "received_at": "2026-01-01T00:00:00Z",
        "lon": 70.5,
        "lat": 50.5,
    }
    assert 71 <= found[0]["lon"] <= 72
    assert found[0]["lat"] == 50.5


def test_a_handful_is_enough(ask: Ask) -> None:
    for _number in range(30):
        add_feature()
    assert len(ask("/api/v1/search/?q=hole").body["features"]) == 6
    assert len(ask("/api/v1/search/?q=hole&limit=2").body["features"]) == 2
    assert len(ask("/api/v1/search/?q=hole&limit=1000").body["features"]) == 20


def test_common_and_rare_words_are_found_alike(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.search.LATEST", 3)
    rows = [
        add_feature(title=title, received_at=datetime(2026, 1, day, tzinfo=UTC))
        for day, title in enumerate(["rare lamp", *(["lamp"] * 8)], start=1)
    ]
    for query, expected in (("rare", rows[:1]), ("lamp&limit=3", rows[:5:-1]), ("lamp&limit=20", rows[::-1])):
        found = ask(f"/api/v1/search/?q={query}").body["features"]
        assert [row["id"] for row in found] == [row.pk for row in expected]


def test_a_region_narrows_what_is_found(ask: Ask) -> None:
    add_feature(70.5, 50.5)
    east = add_feature(72.5, 50.5)
    assert [row["id"] for row in ask(f"/api/v1/search/?q=hole&region={EAST}").body["features"]] == [east.pk]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *(("", "q"), ("q=", "q"), ("q=+++", "q"), ("q=%00", "q"), (f"q={'a' * 201}", "q"), ("q=a&q=b", "q")),
        *(("q=a&limit=0", "limit"), ("q=a&region=999", "region"), ("q=a&status=open", "status")),
        *(("q=a&lang=de", "lang"), ("q=a&next=b", "next")),
    ],
)
def test_a_search_that_cannot_be_made_says_why(ask: Ask, query: str, field: str) -> None:
    response = ask(f"/api/v1/search/?{query}")
    assert (response.status_code, response.body["field"]) == (400, field)


@pytest.mark.parametrize(
    "words", ["'", "\\", "%", "a:*", "!", "&|", "<script>", "🙂", "ә" * 200, "a b c d e f"]
)
def test_no_words_break_it(ask: Ask, words: str) -> None:
    add_feature()
    assert ask(f"/api/v1/search/?q={words.replace('%', '%25').replace('&', '%26')}").status_code == 200


def test_old_features_of_a_quiet_kind_do_not_push_out_newer_ones_of_a_busy_kind(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest rows of each kind reach back differently far."""
    monkeypatch.setattr(search, "LATEST", 2)
    for year in (2021, 2022):
        at = datetime(year, 1, 1, tzinfo=UTC)
        add_feature(kind="initiative", status="gathering", title="Жарық орнату", received_at=at)
    newest = [
        add_feature(title="Жарық жоқ", received_at=datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2)
    ]
    for day in range(1, 4):
        add_feature(title="Something else", received_at=datetime(2026, 3, day, tzinfo=UTC))
    found = ask("/api/v1/search/?q=жарық&limit=2").body["features"]
    assert [row["id"] for row in found] == [feature.pk for feature in reversed(newest)]
