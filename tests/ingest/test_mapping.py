"""A mapping that cannot be used is refused by the name of its key; one that can does what docs/loading.md
says.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.mapping import MappingError
from ingest.mapping_file import parse_mapping, read_mapping
from layers.models import Feature
from tests.ingest.conftest import Load
from tests.ingest.files import mapping, report, write_csv

FIELDS = mapping()["fields"]

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"sorce": "x"}, "sorce: "),
    "unknown field": ({"fields": FIELDS | {"titel": "title"}}, "fields.titel: "),
    "no number": ({"fields": {"title": "title", "received_at": "opened"}}, "fields.source_id: is required"),
    "no fields": ({"fields": None}, "fields: is required"),
    "no geometry": ({"geometry": None}, "geometry: is required"),
    "no category": ({"category": None}, "category: is required"),
    "half a place": ({"geometry": {"lon": "lon"}}, "geometry: name either"),
    "two places in one": ({"geometry": {"wkt": "a", "geojson": "b"}}, "geometry: name either"),
    "category of nothing": ({"category": {"values": {}}}, "category.column: "),
    "brace": ({"fields": FIELDS | {"title": "{a"}}, "fields.title: "),
    "zone": ({"time_zone": "Asia/Atlantis"}, "time_zone: "),
    "number for text": ({"language": 5}, "language: must be"),
    "number for truth": ({"repair": 1}, "repair: must be"),
    "placeholder": ({"placeholders": [[1]]}, "placeholders: must be"),
    "delimiter": ({"delimiter": "||"}, "delimiter: "),
    "bounds": (
        {"jurisdiction": {"code": "x", "bounds": [1, 2, 0, 3]}},
        "jurisdiction.bounds: ",
    ),
    "code is a number": ({"category": {"column": "kind", "values": {"pit": 4}}}, "category.values.pit: "),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_mapping_is_refused_by_its_key(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(mapping(**changes))
    assert message in str(caught.value)
    assert caught.value.field


def test_what_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("= 5")
    with pytest.raises(MappingError, match="is not TOML"):
        read_mapping(tmp_path / "m.toml")
    with pytest.raises(MappingError, match="no such file"):
        read_mapping(tmp_path / "none.toml")


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "column": ({"fields": FIELDS | {"title": "headline"}}, "fields.title: there is no column “headline”"),
    "template": ({"fields": FIELDS | {"title": "{title} {x}"}}, "fields.title: there is no column “x”"),
    "category": ({"category": {"column": "kind", "values": {"pit": "holes"}}}, "no category “holes”"),
    "status": ({"status": "gathering"}, "no status “gathering”"),
    "language": ({"language": "de"}, "no language “de”"),
    "native": ({"geometry": {"native": True}}, "geometry.native"),
}


@pytest.mark.parametrize(("changes", "message"), UNFIT.values(), ids=UNFIT)
def test_a_mapping_that_does_not_fit_is_refused_before_a_row_is_read(
    changes: dict[str, Any], message: str, load: Load, tmp_path: Path
) -> None:
    with pytest.raises(MappingError, match=message):
        load(write_csv(tmp_path / "in.csv", [report()]), **changes)
    assert not list(tmp_path.glob("*.rejects.csv*"))


def test_templates_fallbacks_and_constants(load: Load, tmp_path: Path) -> None:
    rows = [report("A", text="sink"), report("B", text="", title="only"), report("C", text=" ", title=" ")]
    fields = FIELDS | {
        "title": ["{title}: {text}", "number"],
        "text": {"constant": "as reported"},
        "address": ["text", "title"],
    }
    load(write_csv(tmp_path / "in.csv", rows), fields=fields)
    found = {f.source_id: (f.title, f.text, f.address) for f in Feature.objects.all()}
    assert found == {
        "A": ("Шұңқыр: sink", "as reported", "sink"),
        "B": ("only:", "as reported", "only"),
        "C": ("C", "as reported", ""),
    }


def test_codes_by_steps_values_defaults_and_our_own(load: Load, tmp_path: Path) -> None:
    rows = [
        report("A", text="A-0", state="open"),
        report("B", text="", state="open"),
        report("C", text="", state="strange", kind="water"),
    ]
    status = [
        {"filled": "text", "code": "duplicate"},
        {"column": "state", "values": {"open": "accepted"}, "default": "new"},
    ]
    rows[0]["kind"] = rows[1]["kind"] = "roads"
    load(write_csv(tmp_path / "in.csv", rows), status=status, category={"column": "kind"})
    found = {f.source_id: (f.status, f.category_id) for f in Feature.objects.all()}
    assert found == {"A": ("duplicate", "roads"), "B": ("accepted", "roads"), "C": ("new", "water")}


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        # Kazakhstan went from UTC+6 to UTC+5 on 2024-03-01.
        ("2024-02-29T12:00:00", {}, datetime(2024, 2, 29, 6, tzinfo=UTC)),
        ("2024-03-02T12:00:00", {}, datetime(2024, 3, 2, 7, tzinfo=UTC)),
        ("2024-03-02", {}, datetime(2024, 3, 1, 19, tzinfo=UTC)),
        ("2024-03-02T12:00:00Z", {}, datetime(2024, 3, 2, 12, tzinfo=UTC)),
        ("2024-03-02 12:00:00+02:00", {}, datetime(2024, 3, 2, 10, tzinfo=UTC)),
        ("02.03.2024", {"date_formats": ["%d.%m.%Y"]}, datetime(2024, 3, 1, 19, tzinfo=UTC)),
        ("2024-03-02", {"date_formats": ["%d.%m.%Y", "iso"]}, datetime(2024, 3, 1, 19, tzinfo=UTC)),
        ("2024-07-01T12:00:00", {"time_zone": "America/New_York"}, datetime(2024, 7, 1, 16, tzinfo=UTC)),
        # The hour that spring skips and the one that autumn repeats.
        ("2024-03-10T02:30:00", {"time_zone": "America/New_York"}, datetime(2024, 3, 10, 7, 30, tzinfo=UTC)),
        ("2024-11-03T01:30:00", {"time_zone": "America/New_York"}, datetime(2024, 11, 3, 5, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_the_zone_of_the_source(
    text: str, changes: dict[str, Any], expected: datetime, load: Load, tmp_path: Path
) -> None:
    load(write_csv(tmp_path / "in.csv", [report(opened=text)]), **changes)
    assert Feature.objects.get().received_at == expected
