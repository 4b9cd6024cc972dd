from datetime import date

import pytest

from regions.facts import centres, iso_of, level_of, oblast_of, populations, rows_of, unit_facts
from regions.models import RegionKind
from regions.settlements import gazetteer_entries

REFORM = date(2022, 6, 8)


def test_a_code_that_the_reform_reused_means_what_it_meant_then() -> None:
    before = unit_facts("191000000", in_force_from=date(2018, 6, 19))
    after = unit_facts("191000000", in_force_from=REFORM)
    assert before
    assert before.name_kk == "Талдықорған қаласы"
    assert after
    assert after.name_kk == "Қонаев қаласы"


def test_an_oblast_was_as_large_as_the_two_it_was_split_into() -> None:
    for before_code, split in (
        ("190000000", "330000000"),
        ("350000000", "620000000"),
        ("630000000", "100000000"),
    ):
        areas = [unit_facts(code, in_force_from=REFORM).official_area_km2 for code in (before_code, split)]  # type: ignore[union-attr]
        before = unit_facts(before_code, in_force_from=date(2018, 6, 19))
        assert before
        assert before.official_area_km2 == sum(area for area in areas if area)


def test_an_unknown_code_is_unknown() -> None:
    assert unit_facts("999999999", in_force_from=REFORM) is None


def test_kato_gives_level_oblast_and_iso() -> None:
    assert (level_of("103200000"), oblast_of("103200000"), iso_of("103200000")) == (2, "100000000", "")
    assert (level_of("100000000"), iso_of("100000000")) == (1, "KZ-10")


def test_every_name_is_written_in_its_own_letters() -> None:
    latin, cyrillic = set("abcdefghijklmnopqrstuvwxyz"), set("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі")
    for row in (*rows_of("oblasts"), *rows_of("rayons")):
        assert not latin & set((row["name_kk"] + row["name_ru"]).lower()), row
        assert not cyrillic & set(row["name_en"].lower()), row
        assert row["kind"] in RegionKind.values
        assert row["name_kk"].endswith(("облысы", "қаласы", "ауданы")), row


def test_the_set_of_2022_is_complete_and_later_days_are_not_filled_in() -> None:
    by_day: dict[date, list[int]] = {}
    for fact in populations():
        by_day.setdefault(fact.date, []).append(fact.people)
        assert fact.source
    assert len(by_day[date(2022, 10, 1)]) == 20
    assert sum(by_day[date(2022, 10, 1)]) == 19_691_858
    assert len(by_day[date(2026, 1, 1)]) == 11


def test_every_oblast_has_a_centre_among_the_settlements() -> None:
    known = {entry.geonames_id for entry in gazetteer_entries()}
    assert len(centres()) == 20
    assert set(centres()) <= known


@pytest.mark.parametrize(
    ("geonames_id", "kk", "ru", "en"),
    [
        (1526273, "Астана", "Астана", "Astana"),
        (1526384, "Алматы", "Алматы", "Almaty"),
        (1518980, "Шымкент", "Шымкент", "Shymkent"),
        (1520316, "Өскемен", "Усть-Каменогорск", "Oskemen"),
        (608668, "Орал", "Уральск", "Oral"),
        (610611, "Ақтөбе", "Актобе", "Aktobe"),
        (609655, "Қарағанды", "Караганда", "Karaganda"),
        (1520172, "Петропавл", "Петропавловск", "Petropavl"),
        (1519948, "Қонаев", "Конаев", "Qonaev"),
        (1522203, "Көкшетау", "Кокшетау", "Kokshetau"),
        (607610, "Жаңаөзен", "Жанаозен", "Zhanaozen"),
        (1523741, "Есік", "Есик", "Esik"),
    ],
)
def test_cities_have_their_names_of_today(geonames_id: int, kk: str, ru: str, en: str) -> None:
    found = next(entry for entry in gazetteer_entries() if entry.geonames_id == geonames_id)
    assert (found.name_kk, found.name_ru, found.name_en) == (kk, ru, en)


def test_there_are_351_settlements_and_each_name_is_in_its_script() -> None:
    entries = gazetteer_entries()
    assert len(entries) == 351
    kazakh = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі -")
    for entry in entries:
        assert set(entry.name_kk.lower()) <= kazakh, entry
        assert set(entry.name_ru.lower()) <= kazakh - set("әғқңөұүһі"), entry
        assert entry.name_en.isascii(), entry
