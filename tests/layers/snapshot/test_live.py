"""The snapshot as it is now: edits, other databases, damage, and numbers that caches can trust."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from layers.filters import Filters
from layers.models import Category, Feature
from layers.snapshot import changes, due, query, store
from layers.snapshot.build import build
from layers.snapshot.due import why_due
from layers.snapshot.live import Snapshot
from layers.statuses import Kind
from regions.models import Jurisdiction
from tests.layers.snapshot.asked import EAST_AREA, WEST_AREA, number, problems
from tests.world import add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_without_a_generation_there_is_no_state(snapshot: Snapshot) -> None:
    snapshot.refresh()
    assert snapshot.state is None


def test_an_edit_shows_with_the_next_poll(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    snapshot.refresh()
    feature = add_feature()
    snapshot.refresh()
    assert problems(snapshot.state) == 1
    Feature.objects.filter(pk=feature.pk).update(status="hidden")
    snapshot.refresh()
    assert problems(snapshot.state) == 0


def test_a_change_far_away_leaves_a_tile_its_number(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    snapshot.refresh()
    west, east = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
    need = number(snapshot, WEST_AREA, Kind.NEED)
    add_feature(70.5, 50.5)
    snapshot.refresh()
    assert number(snapshot, WEST_AREA) != west
    assert number(snapshot, EAST_AREA) == east
    assert number(snapshot, WEST_AREA, Kind.NEED) == need, "of another kind"


def test_a_move_changes_where_it_was_and_where_it_is(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    feature = add_feature(70.5, 50.5)
    rebuild()
    snapshot.refresh()
    before = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
    Feature.objects.filter(pk=feature.pk).update(geom="SRID=4326;POINT(80.5 50.5)")
    snapshot.refresh()
    after = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_line_changes_every_tile_that_it_crosses(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    snapshot.refresh()
    before = number(snapshot, WEST_AREA), number(snapshot, EAST_AREA)
    add_feature(geom="LINESTRING (70.5 50.5, 80.5 50.5)")
    snapshot.refresh()
    assert number(snapshot, WEST_AREA) != before[0]
    assert number(snapshot, EAST_AREA) != before[1]


def test_a_row_written_as_it_was_is_no_change(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    feature = add_feature()
    rebuild()
    snapshot.refresh()
    state = snapshot.state
    Feature.objects.filter(pk=feature.pk).update(title=feature.title)
    snapshot.refresh()
    assert snapshot.state is state


def test_a_new_generation_keeps_the_numbers(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    snapshot.refresh()
    add_feature()
    snapshot.refresh()
    before = number(snapshot, WEST_AREA), snapshot.state and snapshot.state.base.name
    rebuild()
    snapshot.refresh()
    assert snapshot.state is not None
    assert number(snapshot, WEST_AREA) == before[0]
    assert snapshot.state.base.name != before[1]
    assert problems(snapshot.state) == 1


def test_who_starts_later_has_the_same_numbers(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    for _ in range(3):
        add_feature()
        snapshot.refresh()
    other = Snapshot(snapshot.folder, snapshot.connect)
    other.refresh()
    assert number(other, WEST_AREA) == number(snapshot, WEST_AREA)


def test_a_new_category_changes_the_vocabulary(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    snapshot.refresh()
    assert snapshot.state is not None
    before = snapshot.state.vocabulary_version
    Category.objects.create(code="air", name_kk="Ауа", name_ru="Воздух", name_en="Air", position=9)
    add_feature(category_id="air")
    snapshot.refresh()
    assert snapshot.state.vocabulary_version != before
    air = Filters(jurisdiction="kz", categories=("air",))
    assert query.count(snapshot.state.shards, Kind.PROBLEM, air) == 1


def test_a_jurisdiction_and_a_kind_that_the_generation_does_not_have(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    rebuild()
    outline = Jurisdiction.objects.get(pk="kz").outline
    Jurisdiction.objects.create(
        code="city", name_kk="Қ", name_ru="Г", name_en="C", time_zone="America/New_York", outline=outline
    )
    add_feature(jurisdiction_id="city", kind="initiative", status="gathering")
    snapshot.refresh()
    assert snapshot.state is not None
    assert query.count(snapshot.state.shards, Kind.INITIATIVE, Filters(jurisdiction="city")) == 1


def test_another_zone_makes_other_days(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    add_feature()
    rebuild()
    snapshot.refresh()
    Jurisdiction.objects.filter(pk="kz").update(time_zone="America/New_York")
    snapshot.refresh()
    assert snapshot.state is None
    assert why_due(snapshot.connect(), snapshot.folder)


def test_a_damaged_generation_is_left_to_postgresql_and_made_anew(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    add_feature()
    rebuild()
    assert why_due(snapshot.connect(), snapshot.folder) == ""
    file = snapshot.folder / (store.current(snapshot.folder) or "") / store.COLUMNS
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    snapshot.refresh()
    assert snapshot.state is None
    assert "damaged" in why_due(snapshot.connect(), snapshot.folder)
    rebuild()
    snapshot.refresh()
    assert problems(snapshot.state) == 1
    assert why_due(snapshot.connect(), snapshot.folder) == ""


def test_a_damaged_new_generation_leaves_the_old_one_in_use(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    rebuild()
    snapshot.refresh()
    add_feature()
    rebuild()
    (snapshot.folder / (store.current(snapshot.folder) or "") / store.COLUMNS).write_bytes(b"")
    snapshot.refresh()
    assert problems(snapshot.state) == 1


def test_a_generation_of_another_database_is_not_used(snapshot: Snapshot, rebuild: Callable[[], Any]) -> None:
    rebuild()
    with connection.cursor() as cursor:
        # What a restored dump has: a table of the same name that is another one.
        cursor.execute("CREATE SCHEMA other; SET search_path = other, public")
        cursor.execute("CREATE TABLE layers_feature (LIKE public.layers_feature)")
        try:
            snapshot.refresh()
            assert snapshot.state is None
            assert "another database" in why_due(snapshot.connect(), snapshot.folder)
        finally:
            cursor.execute("SET search_path = public")


def test_a_database_that_was_set_back_is_noticed(
    snapshot: Snapshot, rebuild: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild()
    snapshot.refresh()
    since = changes.since

    def earlier(*given: Any) -> changes.Moment:
        moment = since(*given)
        return moment._replace(xmin=moment.xmin - 100, changes=[])

    monkeypatch.setattr(changes, "since", earlier)
    monkeypatch.setattr(due, "since", earlier)
    snapshot.refresh()
    assert snapshot.state is None
    assert "set back" in why_due(snapshot.connect(), snapshot.folder)


def test_a_build_by_hand_gives_every_tile_another_number(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    rebuild()
    snapshot.refresh()
    before = number(snapshot, EAST_AREA)
    build(snapshot.connect(), snapshot.folder, keep_numbers=True)
    snapshot.refresh()
    assert number(snapshot, EAST_AREA) == before
    build(snapshot.connect(), snapshot.folder, keep_numbers=False)
    snapshot.refresh()
    assert number(snapshot, EAST_AREA) != before


@pytest.mark.parametrize("day", ["9998-12-30", "2999-01-01", "1850-01-01", "0002-01-01"])
def test_a_day_that_cannot_be_meant_does_no_harm(
    snapshot: Snapshot, rebuild: Callable[[], Any], day: str
) -> None:
    rebuild()
    snapshot.refresh()
    feature = add_feature()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE layers_feature SET received_at = %s, due_at = %s WHERE id = %s",
            [day, day, feature.pk],
        )
    snapshot.refresh()
    rebuild()
    snapshot.refresh()
    assert problems(snapshot.state) == 1
    assert snapshot.state is not None
    period = Filters(jurisdiction="kz", first_day=date(1900, 1, 1), last_day=date(2200, 12, 31))
    assert query.count(snapshot.state.shards, Kind.PROBLEM, period) == 0


def test_a_feature_that_gets_another_number_is_found_under_it(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    feature = add_feature()
    rebuild()
    snapshot.refresh()
    Feature.objects.filter(pk=feature.pk).update(id=feature.pk + 1_000)
    snapshot.refresh()
    assert problems(snapshot.state) == 1
    Feature.objects.filter(pk=feature.pk + 1_000).update(status="hidden")
    snapshot.refresh()
    assert problems(snapshot.state) == 0


def test_a_generation_that_changes_were_forgotten_since_is_not_used(
    snapshot: Snapshot, rebuild: Callable[[], Any]
) -> None:
    rebuild()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE layers_change_horizon SET xid = '9000000000000000000'")
    snapshot.refresh()
    assert snapshot.state is None
