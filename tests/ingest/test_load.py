"""Whole loads: again, interrupted, at the same time, from the command line, and of real files."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from ingest import load as load_module
from ingest import writers
from ingest.load import LoadError, load_layer
from ingest.mapping_file import parse_mapping, read_mapping
from ingest.models import Load as LoadRecord
from layers.bulk import merge_features
from layers.models import Category, Feature
from layers.statuses import Kind
from regions.models import Jurisdiction
from tests.ingest.conftest import NOW, Load
from tests.ingest.files import mapping, report, write_csv
from tests.world import build_world, square

ROWS = [report(str(n)) for n in range(10)]
MAPPINGS = Path(__file__).parent / "mappings"
# The top-level codes of the taxonomy, which the mappings of real files name.
TOPICS = [
    *(
        "utilities",
        "heating",
        "electricity",
        "water",
        "roads",
        "transport",
        "waste",
        "yards",
        "housing",
        "schools",
    ),
    *("health", "safety", "social", "ecology", "digital", "other"),
]


def test_a_load_is_on_record(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [*ROWS, report("bad", lat="")])
    load(file)
    record = LoadRecord.objects.get()
    assert (record.source, record.file_name, record.loaded_by) == ("reports", "in.csv", "tests")
    assert len(record.file_sha256) == 64
    assert record.finished_at is not None
    assert (record.read, record.inserted, record.rejected) == (11, 10, 1)
    assert record.reasons == {"no_coordinates": 1}


def test_a_second_load_changes_nothing_and_a_changed_file_only_what_changed(
    load: Load, tmp_path: Path
) -> None:
    load(write_csv(tmp_path / "in.csv", ROWS))
    before = list(Feature.objects.order_by("id").values_list("id", "map_x", "title"))
    assert load(write_csv(tmp_path / "other-name.csv", ROWS[::-1])).counts == (10, 0, 0, 10, 0)
    assert list(Feature.objects.order_by("id").values_list("id", "map_x", "title")) == before
    changed = [report("0", title="New"), *ROWS[1:5], report("11")]
    assert load(write_csv(tmp_path / "in.csv", changed)).counts == (6, 1, 1, 4, 0)
    assert Feature.objects.count() == 11


def test_an_interrupted_load_keeps_whole_batches_and_can_be_repeated(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_module, "BATCH_ROWS", 3)
    file = write_csv(tmp_path / "in.csv", [*ROWS, report("bad", lat="")])
    calls = []

    def stop_at_the_third(*args: object, **kwargs: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return merge_features(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(writers, "merge_features", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        load(file)
    assert Feature.objects.count() == 6
    record = LoadRecord.objects.get()
    assert (record.finished_at, record.read, record.inserted) == (None, 6, 6)
    assert not (tmp_path / "out.rejects.csv").exists()
    monkeypatch.setattr(writers, "merge_features", merge_features)
    assert load(file).counts == (11, 4, 0, 6, 1)


def test_a_file_without_rows_is_an_error_and_leaves_no_finished_record(load: Load, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no rows"):
        load(write_csv(tmp_path / "in.csv", []))
    assert not LoadRecord.objects.filter(finished_at__isnull=False).exists()


def test_a_source_keeps_its_kind(load: Load, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", ROWS)
    load(file)
    with pytest.raises(LoadError, match="already names problem rows"):
        load(file, kind=Kind.NEED, status="new")


def test_rejects_never_overwrite_the_input(tmp_path: Path, world: None) -> None:
    file = write_csv(tmp_path / "in.csv", ROWS)
    with pytest.raises(LoadError, match="rejects need another"):
        load_layer(
            kind=Kind.PROBLEM,
            path=file,
            mapping=parse_mapping(mapping()),
            source="reports",
            jurisdiction="kz",
            rejects=file,
            loaded_by="tests",
            now=NOW,
        )
    assert file.stat().st_size > 100


@pytest.mark.django_db(transaction=True)
def test_two_writers_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_world()
    monkeypatch.setattr(load_module, "BATCH_ROWS", 7)
    rows = [report(str(n), lon=str(70 + n / 40)) for n in range(150)]
    file = write_csv(tmp_path / "in.csv", rows)

    def run(count: int) -> tuple[int, ...]:
        record = load_layer(
            kind=Kind.PROBLEM,
            path=file,
            mapping=parse_mapping(mapping()),
            source="reports",
            jurisdiction="kz",
            rejects=tmp_path / "out.csv",
            loaded_by="tests",
            now=NOW,
            writers=count,
        ).load
        return record.read, record.inserted, record.unchanged, record.rejected

    # 70 to 73 degrees are 121 steps of a fortieth, both ends in.
    assert run(2) == (150, 121, 0, 29)
    assert run(1) == (150, 0, 121, 29)


@pytest.mark.django_db(transaction=True)
def test_two_loads_of_one_source_do_not_run_at_once(tmp_path: Path) -> None:
    build_world()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('load reports', 0))")
        with pytest.raises(LoadError, match="another load"):
            load_layer(
                kind=Kind.PROBLEM,
                path=write_csv(tmp_path / "in.csv", ROWS),
                mapping=parse_mapping(mapping()),
                source="reports",
                jurisdiction="kz",
                rejects=tmp_path / "out.csv",
                loaded_by="tests",
                now=NOW,
            )
    finally:
        other.close()
    assert connection.is_usable()


MAPPING_TEXT = """
language = "kk"
status = "new"
geometry = { lon = "lon", lat = "lat" }
category = { column = "kind", values = { pit = "potholes" } }
[fields]
source_id = "number"
title = "title"
received_at = "opened"
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wish", "in.csv"], "no kind “wish”"),
        (["problem", "none.csv"], "none.csv: there is no such file"),
        (["problem", "in.csv", "--jurisdiction", "mars"], "no jurisdiction “mars”"),
        (["problem", "in.txt"], "not a known format"),
        (["problem", "in.csv", "--rejects", "no/such/folder.csv"], "No such file or directory"),
    ],
)
def test_the_command_says_in_one_line_why_it_cannot(
    arguments: list[str], message: str, world: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(Path("in.csv"), ROWS)
    Path("in.txt").touch()
    Path("m.toml").write_text(MAPPING_TEXT)
    with pytest.raises(CommandError, match=message) as caught:
        call_command("load_layer", *arguments, "--mapping", "m.toml")
    assert "\n" not in str(caught.value)


@pytest.mark.django_db(transaction=True)
def test_the_command_reports_every_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build_world()
    monkeypatch.chdir(tmp_path)
    rows = [report(f"{n}", lon="71.3") for n in range(60)]
    write_csv(Path("may.csv"), [*rows, report("bad", kind="?"), report("out", lon="1")])
    Path("m.toml").write_text(MAPPING_TEXT)
    call_command("load_layer", "problem", "may.csv", "--mapping", "m.toml")
    printed = capsys.readouterr().out
    for line in (
        "62 read",
        "60 inserted",
        " 2 rejected",
        "1 unknown_category",
        "1 outside",
        "60 rows lie on",
    ):
        assert line in printed
    assert "may.rejects.csv" in printed
    assert Feature.objects.filter(source="may").count() == 60


def topics() -> None:
    for position, code in enumerate(TOPICS):
        Category.objects.get_or_create(
            code=code, defaults={"name_kk": code, "name_ru": code, "name_en": code, "position": position}
        )


@pytest.mark.data
@pytest.mark.django_db(transaction=True)
def test_boston_is_accounted_for_to_the_last_row(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics()
    monkeypatch.chdir(tmp_path)
    file = str(data_dir / "boston311_2015_jan_aug.csv.gz")
    for again in (False, True):
        call_command("load_layer", "problem", file, "--mapping", str(MAPPINGS / "boston311.toml"))
        record = LoadRecord.objects.latest("id")
        assert record.read == 81_408
        # 11,899 rows lie on the default geocode, 4 of them also closed before they were opened (175 are).
        assert record.reasons == {"placeholder": 11_895, "date_order": 175}
        expected = (0, 69_338) if again else (69_338, 0)
        assert (record.inserted, record.unchanged) == expected
    boston = Feature.objects.filter(jurisdiction="boston")
    assert boston.count() == 69_338
    assert not boston.exclude(oblast="", rayon="").exists()
    assert boston.filter(status="duplicate").count() > 500
    # 2015-01-01 00:25:23 in Boston.
    assert boston.get(source_id="101001240735").received_at.isoformat() == "2015-01-01T05:25:23+00:00"


@pytest.mark.data
@pytest.mark.django_db
def test_almaty_loads_with_its_real_areas(data_dir: Path, tmp_path: Path) -> None:
    topics()
    Jurisdiction.objects.create(
        code="kz",
        name_kk="Қазақстан",
        name_ru="Казахстан",
        name_en="Kazakhstan",
        time_zone="Asia/Almaty",
        outline=square(46, 40, 88, 56),
    )
    report = load_layer(
        kind=Kind.INITIATIVE,
        path=data_dir / "almaty_gis_objects_69.geojson",
        mapping=read_mapping(MAPPINGS / "almaty.toml"),
        source="almaty-objects",
        jurisdiction="kz",
        rejects=tmp_path / "out.csv",
        loaded_by="tests",
        now=NOW,
    )
    assert (report.load.read, report.load.inserted) == (69, 55)
    # 12 objects have neither a point nor an area; two areas cross themselves.
    assert report.load.reasons == {"no_coordinates": 12, "invalid_geometry": 2}
    kinds = [geom.geom_type for geom in Feature.objects.values_list("geom", flat=True)]
    assert kinds.count("MultiPolygon") == 52
    statuses = set(Feature.objects.values_list("status", flat=True))
    assert statuses == {"accepted", "under_way", "completed", "stopped"}
    assert Feature.objects.get(source_id="5428").received_at.isoformat() == "2022-05-31T18:00:00+00:00"
