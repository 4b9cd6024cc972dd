import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from regions.models import Jurisdiction

pytestmark = pytest.mark.django_db
NAMES = {"name_kk": "Бостон", "name_ru": "Бостон", "name_en": "Boston"}
BOX = "-71.2,42.2,-70.9,42.4"


def make(code: str = "boston", **options: Any) -> None:
    call_command("load_jurisdiction", code, **(NAMES | {"time_zone": "America/New_York"} | options))


def test_a_city_is_made_from_a_box_and_changed_by_the_same_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command(
        "load_jurisdiction",
        *("boston", "--name-kk", "Бостон", "--name-ru", "Бостон", "--name-en", "Boston"),
        *("--time-zone", "America/New_York", f"--bbox={BOX}"),
    )
    boston = Jurisdiction.objects.get()
    assert (boston.code, boston.name_en, boston.time_zone) == ("boston", "Boston", "America/New_York")
    assert boston.outline.extent == (-71.2, 42.2, -70.9, 42.4)
    call_command(
        "load_jurisdiction",
        *("boston", "--name-kk", "Бостон", "--name-ru", "Бостон", "--name-en", "City of Boston"),
        *("--time-zone", "America/New_York", f"--bbox={BOX}"),
    )
    assert Jurisdiction.objects.get().name_en == "City of Boston"
    assert capsys.readouterr().out == "Jurisdiction boston made.\nJurisdiction boston changed.\n"


def test_a_file_gives_the_outline(tmp_path: Path) -> None:
    squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(square))}
        for square in squares
    ]
    file = tmp_path / "outline.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    make(outline=file)
    outline = Jurisdiction.objects.get().outline
    assert (outline.extent, outline.area) == ((0, 0, 2, 1), 2.0)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"code": "kz"}, "load_regions"),
        ({"code": "100000000"}, "a letter first"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
        ({"bbox": "-71,42,-70,91"}, "west,south,east,north"),
        ({"bbox": "-71,42,-70"}, "four numbers"),
    ],
)
def test_what_cannot_be_a_jurisdiction_is_refused(options: dict[str, str], reason: str) -> None:
    given = {"code": "boston", "time_zone": "America/New_York", "bbox": BOX} | options
    with pytest.raises(CommandError, match=reason):
        call_command(
            "load_jurisdiction",
            *(given["code"], "--name-kk", "Б", "--name-ru", "Б", "--name-en", "B"),
            *("--time-zone", given["time_zone"], f"--bbox={given['bbox']}"),
        )
    assert not Jurisdiction.objects.exists()
