"""The demonstration country: the same each time, inside its country, and believable."""

import hashlib
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db.models import F, Q

from ingest.demo import seed as seed_module
from ingest.demo.generate import Country, invented, rows
from ingest.demo.mix import mix_of
from ingest.demo.seed import SeedError, seed_demo
from ingest.demo.texts import phrases
from layers.bulk import FeatureRow
from layers.categories import taxonomy
from layers.models import Category, Feature
from layers.statuses import STATUSES, Kind
from regions.models import Jurisdiction, Region, Settlement
from tests.ingest.conftest import UNTIL, Seed
from tests.world import add_feature

ALMATY_TIME = ZoneInfo("Asia/Almaty")


def some(country: Country, kind: Kind = Kind.PROBLEM, count: int = 4_000) -> list[FeatureRow]:
    return rows(country, kind, np.arange(1, count + 1))


def digest() -> str:
    """Of all that a seed writes."""
    values = Feature.objects.order_by("source_id").values_list(
        *("kind", "geom", "title", "text", "language", "address", "category", "status", "received_at"),
        *("first_response_at", "due_at", "resolved_at", "closed_at", "source", "source_id", "is_demo"),
    )
    told = [(kind, geom.hexewkb, *others) for kind, geom, *others in values]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def test_exactly_as_many_come_as_were_asked_for_each_valid_and_inside_the_country(seed: Seed) -> None:
    seed()
    counts = Counter(Feature.objects.values_list("kind", flat=True))
    assert counts == {"problem": 300, "need": 60, "initiative": 40}
    outline = Jurisdiction.objects.get(pk="kz").outline
    assert Feature.objects.filter(geom__within=outline, geom__isvalid=True).count() == 400
    assert not Feature.objects.exclude(is_demo=True, source="demo").exists()
    assert not Feature.objects.filter(oblast="").exists()


def test_the_same_arguments_give_the_same_country_and_change_nothing(seed: Seed) -> None:
    seed()
    before = digest()
    assert seed()[0] == "problems: 0 inserted, 0 updated, 300 unchanged"
    assert digest() == before
    Feature.objects.all().delete()
    seed()
    assert digest() == before


def test_a_larger_country_only_adds(seed: Seed) -> None:
    seed()
    assert seed("--problems", "350")[:2] == [
        "problems: 50 inserted, 0 updated, 300 unchanged",
        "needs: 0 inserted, 0 updated, 60 unchanged",
    ]


@pytest.mark.django_db(transaction=True)
def test_batches_written_at_the_same_time_make_the_same_country(
    seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed_module, "BATCH_ROWS", 35)
    seed()
    before = digest()
    monkeypatch.undo()
    assert seed()[0] == "problems: 0 inserted, 0 updated, 300 unchanged"
    assert digest() == before
    assert Feature.objects.count() == 400


def test_another_seed_is_another_country(seed: Seed) -> None:
    seed()
    before = digest()
    seed("--seed", "2")
    assert digest() != before


def test_a_row_is_the_same_in_whatever_company_it_is_made(country: Country) -> None:
    together = rows(country, Kind.PROBLEM, np.arange(1, 60))
    assert rows(country, Kind.PROBLEM, np.array([17, 4])) == [together[16], together[3]]


def test_removing_takes_the_demonstration_out_and_nothing_else(seed: Seed) -> None:
    real = add_feature(title="Real")
    # Somebody's file may be called as ours is.
    namesake = add_feature(source="demo", source_id="somebody's")
    seed()
    printed = StringIO()
    call_command("seed_demo", "--remove", stdout=printed)
    assert printed.getvalue().splitlines() == [
        "needs: 60 removed",
        "initiatives: 40 removed",
        "problems: 300 removed",
    ]
    assert set(Feature.objects.all()) == {real, namesake}


@pytest.mark.parametrize("kind", Kind)
def test_times_are_in_order_and_nothing_is_in_the_future(country: Country, kind: Kind) -> None:
    end = datetime(2026, 11, 1, tzinfo=ALMATY_TIME)
    for row in some(country, kind, 2_000):
        assert datetime(2021, 1, 1, tzinfo=ALMATY_TIME) <= row.received_at < end
        told = [each for each in (row.first_response_at, row.resolved_at, row.closed_at) if each]
        assert told == sorted(told)
        assert all(row.received_at <= each <= end for each in told), row
        assert (row.due_at is None) == (kind != Kind.PROBLEM)


def test_an_answer_is_due_after_fifteen_working_days(country: Country) -> None:
    for row in some(country, count=300):
        assert row.due_at
        received, due = (each.astimezone(ALMATY_TIME).date() for each in (row.received_at, row.due_at))
        days = [received + timedelta(n) for n in range(1, (due - received).days + 1)]
        assert sum(day.weekday() < 5 for day in days) == 15
        assert due.weekday() < 5


def test_a_status_has_the_times_that_it_needs(country: Country) -> None:
    for row in some(country):
        if row.status == "new":
            assert (row.first_response_at, row.resolved_at, row.closed_at) == (None, None, None)
        if row.status in {"confirmed", "declined", "duplicate"}:
            assert row.first_response_at
            assert row.closed_at
        if row.status in {"resolved", "confirmed", "unconfirmed"}:
            assert row.resolved_at
        if row.status in {"accepted", "in_progress", "info_requested", "redirected", "reopened"}:
            assert row.first_response_at
            assert (row.resolved_at, row.closed_at) == (None, None)


@pytest.mark.parametrize("kind", Kind)
def test_every_status_of_a_kind_occurs(country: Country, kind: Kind) -> None:
    assert {row.status for row in some(country, kind)} == {status.code for status in STATUSES[kind]}


def test_old_problems_are_settled_and_some_answers_are_overdue(country: Country) -> None:
    problems = some(country)
    end = datetime(2026, 11, 1, tzinfo=UTC)
    old = [row for row in problems if row.received_at < end - timedelta(days=365)]
    assert sum(row.closed_at is not None for row in old) / len(old) > 0.7
    late = [row for row in problems if not row.closed_at and row.due_at and row.due_at < end]
    assert 0.02 < len(late) / len(problems) < 0.3


def test_each_year_has_more_than_the_one_before(country: Country) -> None:
    years = Counter(row.received_at.year for row in some(country))
    full = [years[year] for year in range(2021, 2026)]
    assert full == sorted(full)


def test_people_write_by_day_and_on_working_days(country: Country) -> None:
    local = [row.received_at.astimezone(ALMATY_TIME) for row in some(country)]
    assert sum(8 <= each.hour < 22 for each in local) > 0.75 * len(local)
    days = Counter(each.weekday() for each in local)
    assert days[0] > 1.3 * days[6]


def test_seasons_show(country: Country) -> None:
    parents = {row["code"]: row["parent"] for row in taxonomy()}
    problems = some(country, count=8_000)

    def months(*codes: str) -> Counter[int]:
        chosen = [row for row in problems if row.category in codes or parents[row.category] in codes]
        return Counter(row.received_at.astimezone(ALMATY_TIME).month for row in chosen)

    heating, snow, holes = months("no-heating", "weak-heating"), months("snow-and-ice"), months("potholes")
    assert heating[1] + heating[12] + heating[2] > 5 * (heating[6] + heating[7] + heating[8])
    assert snow[1] > 0
    assert snow[7] == 0
    assert holes[3] + holes[4] > 1.5 * (holes[8] + holes[9])


def test_three_languages_are_spoken_each_more_where_it_is_at_home(country: Country) -> None:
    problems = some(country)
    shares = Counter(row.language for row in problems)
    assert set(shares) == {"kk", "ru", "en"}
    assert shares["en"] < 0.05 * len(problems)

    def kazakh(west: float, east: float) -> float:
        here = [row for row in problems if west <= GEOSGeometry(row.ewkb).centroid.x < east]
        return sum(row.language == "kk" for row in here) / len(here)

    # The world's west has the number of Akmola in the north, its east that of Almaty oblast.
    assert kazakh(72, 73.1) > kazakh(70, 71) + 0.1


@pytest.mark.parametrize("kind", Kind)
def test_texts_are_told_in_full(country: Country, kind: Kind) -> None:
    for row in some(country, kind, 1_500):
        assert row.title.strip() == row.title != ""
        assert len(row.text) > 15
        assert not set("{}") & set(row.title + row.text + row.address)
    assert 0.3 < sum(row.address != "" for row in some(country)) / 4_000 < 0.9


def test_titles_differ(country: Country) -> None:
    assert len({row.title for row in some(country, count=2_000)}) > 150


@pytest.mark.parametrize("kind", Kind)
def test_every_category_is_one_of_the_taxonomy(kind: Kind) -> None:
    assert set(mix_of(kind).categories) <= {row["code"] for row in taxonomy()}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_category_has_texts_in_each_language(kind: Kind, language: str) -> None:
    told = phrases(kind, language)
    assert set(told) == set(mix_of(kind).categories)
    for phrase in (each for these in told.values() for each in these):
        assert phrase.title
        assert re.findall(r"\{\w*\}", phrase.text) in (["{where}"], ["{Where}"])


@pytest.mark.parametrize("kind", [Kind.NEED, Kind.INITIATIVE])
def test_some_are_lines_and_areas(country: Country, kind: Kind) -> None:
    shapes = Counter(GEOSGeometry(row.ewkb).geom_type for row in some(country, kind, 500))
    assert set(shapes) == {"Point", "LineString", "Polygon"}
    assert min(shapes.values()) > 10


def test_where_more_people_live_more_is_reported(country: Country) -> None:
    places = Counter(int(np.clip(GEOSGeometry(row.ewkb).centroid.x, 70, 72.99)) for row in some(country))
    assert places[70] > places[71]


def test_an_event_gathers_reports_in_one_street(country: Country) -> None:
    problems = [row for row in some(country, count=20_000) if row.category == "heating-main"]
    days = Counter(row.received_at.date() for row in problems)
    event = sum(days[date(2025, 12, day)] for day in range(4, 14))
    assert event > 10 * sum(days[date(2024, 12, day)] for day in range(4, 14)) / 2 > 0


def test_akimats_differ(settled: None) -> None:
    country = invented(jurisdiction="kz", seed=1, until=UNTIL)
    assert len(set(country.oblasts.speed.round(6))) == 3
    assert len(set(country.oblasts.quality.round(6))) == 3
    other = invented(jurisdiction="kz", seed=2, until=UNTIL)
    assert not np.allclose(country.oblasts.speed, other.oblasts.speed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--problems", "-1"), "--problems: "),
        (("--until", "soon"), "--until: "),
        (("--until", "2021-01-01"), "--until: "),
    ],
)
def test_a_bad_argument_is_refused_in_one_line(seed: Seed, arguments: tuple[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        seed(*arguments)
    assert "\n" not in str(refused.value)
    assert not Feature.objects.exists()


def test_without_settlements_categories_or_a_country_nothing_is_invented(seed: Seed) -> None:
    Category.objects.filter(code="lifts").delete()
    with pytest.raises(CommandError, match="load_categories"):
        seed()
    Settlement.objects.all().delete()
    with pytest.raises(CommandError, match="load_regions"):
        seed()
    with pytest.raises(SeedError):
        seed_demo(counts={Kind.NEED: -1}, seed=1, until=UNTIL, jurisdiction="kz")


def test_a_production_portal_invents_nothing_but_may_be_cleaned(seed: Seed, settings: LazySettings) -> None:
    seed()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PRODUCTION"):
        seed()
    call_command("seed_demo", "--remove", stdout=StringIO())
    assert not Feature.objects.exists()


def test_no_response_precedes_its_report_in_the_database(seed: Seed) -> None:
    seed()
    assert not Feature.objects.filter(
        Q(first_response_at__lt=F("received_at")) | Q(closed_at__lt=F("resolved_at"))
    ).exists()
    assert Region.objects.filter(code__in=Feature.objects.values("oblast")).exists()
