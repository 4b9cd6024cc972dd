"""The fast way in: the rows that the merge would write, and no index lost on the way."""

from collections.abc import Callable

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from ingest import resting
from ingest.demo import seed as seed_module
from ingest.demo.fill import Writer
from ingest.demo.generate import Country, columns, invented, rows
from ingest.models import RestingIndex
from ingest.resting import resting_indexes, wake_indexes
from layers.bulk import Outcome, merge_features
from layers.models import Feature
from layers.statuses import Kind
from regions.models import Settlement
from tests.ingest.conftest import UNTIL, Seed
from tests.world import add_feature

NUMBERS = np.arange(1, 1_501)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'layers_feature' ORDER BY 1"
Indexes = list[tuple[str, str]]


def everything() -> list[tuple[object, ...]]:
    """Every column of every feature but its id, geometries byte by byte."""
    names = [str(field.column) for field in Feature._meta.concrete_fields if field.name != "id"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM layers_feature ORDER BY source, source_id")
        return cursor.fetchall()


def indexes() -> Indexes:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return cursor.fetchall()


def write(country: Country, kind: Kind, numbers: np.ndarray) -> Outcome:
    return Writer("kz").write(columns(country, kind, numbers), kind)


@pytest.mark.parametrize("kind", Kind)
def test_the_fast_way_and_the_merge_write_equal_rows(country: Country, kind: Kind) -> None:
    assert write(country, kind, NUMBERS).inserted == len(NUMBERS)
    fast = everything()
    Feature.objects.all().delete()
    assert merge_features(rows(country, kind, NUMBERS), jurisdiction="kz").inserted == len(NUMBERS)
    assert everything() == fast
    assert len({row[:5] for row in fast}) > 1_000


def test_they_are_equal_too_where_names_hold_what_copy_reads_as_something_else(settled: None) -> None:
    Settlement.objects.update(name_kk="Қ\\N\tала", name_ru="\\.", name_en="a\nb\r\\")
    country = invented(jurisdiction="kz", seed=1, until=UNTIL)
    write(country, Kind.PROBLEM, NUMBERS)
    fast = everything()
    Feature.objects.all().delete()
    merge_features(rows(country, Kind.PROBLEM, NUMBERS), jurisdiction="kz")
    assert everything() == fast
    assert Feature.objects.filter(address__startswith="Қ\\N\tала").exists()


def test_a_batch_with_a_row_that_is_there_is_merged(country: Country) -> None:
    write(country, Kind.PROBLEM, NUMBERS[:10])
    Feature.objects.filter(source_id="problem-3").update(title="Touched")
    Feature.objects.filter(source_id="problem-4").update(status="hidden")
    assert write(country, Kind.PROBLEM, NUMBERS[:20]) == Outcome(inserted=10, updated=1, unchanged=9)
    assert Feature.objects.get(source_id="problem-4").status == "hidden"


def test_the_database_still_refuses_what_it_must(country: Country) -> None:
    told = columns(country, Kind.PROBLEM, NUMBERS[:5])
    told.language[2] = "fr"
    with pytest.raises(Exception, match="feature_language_known"), transaction.atomic():
        Writer("kz").write(told, Kind.PROBLEM)
    assert not Feature.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_first_fill_makes_the_indexes_after_the_rows(
    seed: Seed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = indexes()
    seed()
    rows_before = everything()
    Feature.objects.all().delete()
    seen: list[int] = []
    monkeypatch.setattr(seed_module, "FIRST_FILL_ROWS", 300)
    monkeypatch.setattr(seed_module, "BATCH_ROWS", 100)
    put = seed_module.Writer.write

    def watched(self: Writer, *arguments: object) -> Outcome:
        seen.append(len(indexes()))
        return put(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(seed_module.Writer, "write", watched)
    seed()
    # Only the primary key and the number in the source.
    assert set(seen) == {2}
    assert indexes() == before
    assert everything() == rows_before
    assert not RestingIndex.objects.exists()
    assert f"Making {len(before) - 2} indexes" in capsys.readouterr().err
    # The second time the table is not empty, so it keeps them.
    seen.clear()
    assert seed("--problems", "350")[0] == "problems: 50 inserted, 0 updated, 300 unchanged"
    assert set(seen) == {len(before)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_indexes_come_back_however_a_fill_ends() -> None:
    before = indexes()

    def interrupted() -> None:
        with resting_indexes():
            assert len(indexes()) == 2
            add_feature()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert indexes() == before
    assert Feature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("wake", [wake_indexes, lambda: call_command("prepare", verbosity=0)])
def test_after_a_kill_the_next_start_makes_them(
    wake: Callable[[], None], monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    before = indexes()
    resting._lay_aside()
    assert len(indexes()) == 2
    settings.SEED_DEMO = False  # type: ignore[attr-defined]
    wake()
    assert indexes() == before
    assert not RestingIndex.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("world")
def test_nobody_makes_them_while_a_fill_is_running() -> None:
    before = indexes()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [resting.LOCK])
    resting._lay_aside()
    wake_indexes()
    assert len(indexes()) == 2
    with resting_indexes():
        assert len(indexes()) == 2
    assert len(indexes()) == 2
    other.close()
    wake_indexes()
    assert indexes() == before
