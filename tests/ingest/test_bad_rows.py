"""Every way a row can be bad: it is rejected with its reason, kept whole, and costs no other row."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.mapping import MappingError
from ingest.rejects import Reason
from ingest.sources import SourceError
from layers.models import Feature
from tests.ingest.conftest import Load
from tests.ingest.files import COLUMNS, GOOD, report, write_csv

BAD = {
    "no number": ({"number": " "}, Reason.MISSING_VALUE),
    "no title": ({"title": ""}, Reason.MISSING_VALUE),
    "no date": ({"opened": ""}, Reason.MISSING_VALUE),
    "long title": ({"title": "ә" * 201}, Reason.TOO_LONG),
    "long number": ({"number": "1" * 101}, Reason.TOO_LONG),
    "long text": ({"text": "ә" * 20_001}, Reason.TOO_LONG),
    "NUL": ({"text": "a\0b"}, Reason.WRONG_ENCODING),
    "category": ({"kind": "ghost"}, Reason.UNKNOWN_CATEGORY),
    "empty category": ({"kind": ""}, Reason.UNKNOWN_CATEGORY),
    "status": ({"state": "maybe"}, Reason.UNKNOWN_STATUS),
    "no such day": ({"opened": "2026-02-30T10:00:00"}, Reason.BROKEN_DATE),
    "words for a date": ({"closed": "yesterday"}, Reason.BROKEN_DATE),
    "the future": ({"opened": "2036-03-01"}, Reason.BROKEN_DATE),
    "closed before opened": ({"closed": "2026-02-28"}, Reason.DATE_ORDER),
    "no coordinates": ({"lon": "", "lat": ""}, Reason.NO_COORDINATES),
    "half a coordinate": ({"lat": ""}, Reason.NO_COORDINATES),
    "word for a coordinate": ({"lat": "north"}, Reason.IMPOSSIBLE_COORDINATES),
    "infinite coordinate": ({"lon": "inf"}, Reason.IMPOSSIBLE_COORDINATES),
    "latitude of 150": ({"lat": "150"}, Reason.IMPOSSIBLE_COORDINATES),
    "swapped": ({"lon": "50.25", "lat": "71.25"}, Reason.OUTSIDE),
    "the null island": ({"lon": "0", "lat": "0"}, Reason.OUTSIDE),
    "placeholder": ({"lon": "71.5", "lat": "50.9"}, Reason.PLACEHOLDER),
}


@pytest.mark.parametrize(("values", "reason"), BAD.values(), ids=BAD)
def test_a_bad_row_is_rejected_whole_and_its_neighbours_load(
    values: dict[str, str], reason: Reason, load: Load, tmp_path: Path
) -> None:
    bad = report(**({"number": "B"} | values))
    file = write_csv(tmp_path / "in.csv", [report("A"), bad, report("C")])
    done = load(file, placeholders=[[71.5, 50.9]])
    assert done.counts == (3, 2, 0, 0, 1)
    assert done.reasons == {reason: 1}
    (kept,) = done.rejects
    assert (kept["line"], kept["reason"]) == ("3", reason)
    assert kept["message"]
    assert {name: kept[name] for name in COLUMNS} == bad
    assert set(Feature.objects.values_list("source_id", flat=True)) == {"A", "C"}


def test_the_second_row_of_one_number_is_rejected(load: Load, tmp_path: Path) -> None:
    rows = [report("A", title="first"), report("B"), report("A", title="second")]
    done = load(write_csv(tmp_path / "in.csv", rows))
    assert done.reasons == {Reason.DUPLICATE_ID: 1}
    assert done.rejects[0]["title"] == "second"
    assert Feature.objects.get(source_id="A").title == "first"


def test_a_number_is_not_taken_by_a_row_that_is_rejected(load: Load, tmp_path: Path) -> None:
    rows = [report("A", title=""), report("A", title="good")]
    assert load(write_csv(tmp_path / "in.csv", rows)).reasons == {Reason.MISSING_VALUE: 1}
    assert Feature.objects.get(source_id="A").title == "good"


def test_bytes_of_another_encoding_are_rejected_and_kept_as_they_were(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report("A"), report("B"), report("C")])
    cyrillic = "Яма".encode("cp1251")
    file.write_bytes(file.read_bytes().replace("B,Шұңқыр".encode(), b"B," + cyrillic))
    done = load(file)
    assert done.reasons == {Reason.WRONG_ENCODING: 1}
    assert cyrillic in done.report.rejects.read_bytes()


def test_a_declared_encoding_is_read(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report("A", title="Яма", text="Ёлки")], encoding="cp1251")
    load(file, encoding="cp1251")
    assert Feature.objects.get().title == "Яма"


def test_a_byte_order_mark_is_no_part_of_the_first_column(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report()], encoding="utf-8-sig")
    assert load(file).counts == (1, 1, 0, 0, 0)


def test_rows_with_too_many_or_too_few_values_are_rejected(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report("A")])
    with file.open("a") as out:
        out.write("B,only two\n" + ",".join([*report("C").values(), "more"]) + "\n\n")
        out.write(",".join(report("D").values()) + "\n")
    done = load(file)
    assert done.counts == (4, 2, 0, 0, 2)
    assert done.reasons == {Reason.BROKEN_ROW: 2}
    assert [row["line"] for row in done.rejects] == ["3", "4"]
    assert "more" in done.report.rejects.read_text()


def test_line_numbers_count_line_breaks_inside_quotes(load: Load, tmp_path: Path) -> None:
    rows = [report("A", text="one\ntwo\nthree"), report("B", lat="")]
    assert load(write_csv(tmp_path / "in.csv", rows)).rejects[0]["line"] == "5"


def test_a_quote_that_never_closes_costs_no_row_before_it(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [report("A")])
    with file.open("a") as out:
        out.write('B,"never closed' + "\n,,,,,," * 40_000)
    done = load(file)
    assert done.report.load.inserted == 1
    assert done.report.load.read == 1 + done.report.load.rejected
    assert "never closed" in done.report.rejects.read_text()


def test_a_row_that_only_the_database_refuses_is_rejected_alone(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the check in Python the database's own constraint must hold, and cost one row.
    monkeypatch.setattr("ingest.translate.AFTER_RECEIVED", ())
    rows = [report(str(n)) for n in range(9)] + [report("late", closed="2026-01-01")]
    done = load(write_csv(tmp_path / "in.csv", rows))
    assert done.counts == (10, 9, 0, 0, 1)
    assert done.reasons == {Reason.REFUSED: 1}
    assert "feature_closed_after_received" in done.rejects[0]["message"]


def test_a_mended_rejects_file_loads_with_the_same_mapping(load: Load, tmp_path: Path) -> None:
    first = load(write_csv(tmp_path / "in.csv", [report("A"), report("B", lat="")]))
    again = tmp_path / "again.csv"
    again.write_text(first.report.rejects.read_text().replace("71.25,", "71.25,50.25"))
    assert load(again).counts == (1, 1, 0, 0, 0)


def test_a_pile_on_one_place_is_pointed_out_with_its_count(load: Load, tmp_path: Path) -> None:
    rows = [report(f"pile {n}", lon="72.5") for n in range(60)]
    rows += [report(f"one {n}", lon=f"71.{n:04d}") for n in range(100)]
    assert load(write_csv(tmp_path / "in.csv", rows)).report.piles == [((72.5, 50.25), 60)]


def test_a_gzip_that_breaks_off_says_so_and_keeps_what_was_read(load: Load, tmp_path: Path) -> None:
    whole = gzip.compress(write_csv(tmp_path / "in.csv", [report(str(n)) for n in range(3000)]).read_bytes())
    cut = tmp_path / "in.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="breaks off"):
        load(cut)


VALUES = st.fixed_dictionaries(
    {
        "number": st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "8", ""]),
        "title": st.sampled_from(["яма", "", "x" * 201]),
        "text": st.text(max_size=20),
        "kind": st.sampled_from(["pit", "leak", "?"]),
        "state": st.sampled_from(["open", "done", ""]),
        "opened": st.sampled_from(["2026-03-01", "2026-03-01T10:00:00+05:00", "", "32.13.2026"]),
        "closed": st.sampled_from(["", "2026-04-01", "2025-04-01"]),
        "lon": st.sampled_from(["71.25", "72.5", "", "x", "nan", "500", "10"]),
        "lat": st.sampled_from(["50.25", "50.5"]),
    }
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VALUES, min_size=1, max_size=20))
def test_every_row_is_accounted_for(rows: list[dict[str, str]], load: Load, tmp_path: Path) -> None:
    rows = [GOOD | {k: v.encode("utf-8", "ignore").decode() for k, v in row.items()} for row in rows]
    Feature.objects.all().delete()
    file = write_csv(tmp_path / "in.csv", rows)
    read, inserted, updated, unchanged, rejected = load(file).counts
    assert read == len(rows) == inserted + updated + unchanged + rejected
    assert (updated, unchanged, inserted) == (0, 0, Feature.objects.count())
    again = load(file)
    assert again.counts == (len(rows), 0, 0, inserted, rejected)
    assert len(again.rejects) == rejected == sum(again.reasons.values())


@pytest.mark.parametrize(
    ("encoding", "delimiter", "advice"),
    [("cp1251", ",", "“encoding” in the mapping"), ("utf-8", ";", "“delimiter” in the mapping")],
)
def test_a_header_that_was_read_wrongly_says_what_to_add_to_the_mapping(
    load: Load, tmp_path: Path, encoding: str, delimiter: str, advice: str
) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(delimiter.join(["номер", "название", "lon", "lat"]).encode(encoding) + b"\n1,2,3,4\n")
    with pytest.raises(MappingError, match=advice):
        load(file)
