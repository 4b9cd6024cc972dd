"""Official population tables, on the regions of tests/world.py."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from regions.models import Population
from regions.population import Outcome, TableRefused, TableUnreadable, load_population
from tests.world import MIDDLE, MIDDLE_SOUTH, WEST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

TABLE = f"""code,date,people,source
{WEST},2026-01-01,595676,Bureau
{MIDDLE_SOUTH},2026-01-01,12 345,Bureau
"""


def table(folder: Path, text: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_any_level_comes_in_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, TABLE)
    assert load_population(path, jurisdiction="kz") == Outcome(inserted=2, updated=0, unchanged=0)
    assert load_population(path, jurisdiction="kz") == Outcome(inserted=0, updated=0, unchanged=2)
    assert Population.objects.get(code=MIDDLE_SOUTH).people == 12345


def test_a_corrected_count_replaces_the_one_of_the_same_day(tmp_path: Path) -> None:
    load_population(table(tmp_path, TABLE), jurisdiction="kz")
    corrected = table(tmp_path, TABLE.replace("595676", "595700"))
    assert load_population(corrected, jurisdiction="kz") == Outcome(inserted=0, updated=1, unchanged=1)
    assert Population.objects.get(code=WEST, date=date(2026, 1, 1)).people == 595700


def test_one_bad_row_keeps_the_whole_table_out_and_each_is_named(tmp_path: Path) -> None:
    rows = [
        "code,date,people,source",
        f"{WEST},2026-01-01,1,Bureau",
        "12,2026-01-01,1,Bureau",
        "990000000,2026-01-01,1,Bureau",
        f"{WEST},01.01.2026,1,Bureau",
        "",
        f"{WEST},2025-01-01,-5,Bureau",
        f"{WEST},2025-01-01,12.5,Bureau",
        f"{WEST},2025-01-01,1,",
        f"{WEST},2026-01-01,2,Bureau",
    ]
    with pytest.raises(TableRefused) as refused:
        load_population(table(tmp_path, "\n".join(rows)), jurisdiction="kz")
    assert [row.line for row in refused.value.rows] == [3, 4, 5, 7, 8, 9, 10]
    reasons = [row.reason for row in refused.value.rows]
    assert "nine-digit" in reasons[0]
    assert "no region" in reasons[1]
    assert "01.01.2026" in reasons[2]
    assert "-5" in reasons[3]
    assert "12.5" in reasons[4]
    assert "source" in reasons[5]
    assert "twice" in reasons[6]
    assert not Population.objects.exists()


def test_a_workbook_says_the_same_as_a_csv(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Code", "Date", "People", "Source"])
    sheet.append([int(MIDDLE), datetime(2026, 1, 1), 500, "Bureau"])  # noqa: DTZ001 - a cell has no zone
    sheet.append([MIDDLE_SOUTH, "2026-01-01", "1 500", "Bureau"])
    book.save(tmp_path / "people.xlsx")
    assert load_population(tmp_path / "people.xlsx", jurisdiction="kz").inserted == 2
    assert list(Population.objects.order_by("code").values_list("code", "people")) == [
        (MIDDLE, 500),
        (MIDDLE_SOUTH, 1500),
    ]


def test_semicolons_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufeff" + TABLE.replace(",", ";"))
    assert load_population(path, jurisdiction="kz").inserted == 2


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "code,people\n1,2\n", "no column “date”"),
        ("a.xlsx", "not a workbook", "cannot be read"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, name: str, text: str, reason: str) -> None:
    with pytest.raises(TableUnreadable, match=reason):
        load_population(table(tmp_path, text, name), jurisdiction="kz")


def test_the_command_lists_bad_rows_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, TABLE + "12,2026-01-01,1,Bureau\n")
    with pytest.raises(CommandError, match="1 rows are wrong, nothing was loaded"):
        call_command("load_population", str(path))
    assert "line 4: “12” is no nine-digit KATO" in capsys.readouterr().err
    call_command("load_population", str(table(tmp_path, TABLE)))
    assert "2 inserted, 0 updated, 0 unchanged." in capsys.readouterr().out
