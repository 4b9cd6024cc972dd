"""docs/regions.md: its mapping is one, and its limits are those of the code."""

import re
from pathlib import Path

from django.conf import settings

from regions.facts import KAZAKHSTAN_AREA_KM2
from regions.gate import OVERLAP_LIMIT_KM2, REDRAWN_SHARE
from regions.sources.file import COLUMNS, KEYS, read_mapping

MANUAL = (settings.BASE_DIR / "docs" / "regions.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", MANUAL, re.DOTALL)[0]


def test_the_example_is_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(block("toml"), encoding="utf-8")
    mapping = read_mapping(file)
    assert (mapping.expected.rayons, mapping.expected.area_km2) == (224, KAZAKHSTAN_AREA_KM2)


def test_everything_that_a_mapping_can_say_is_in_the_example() -> None:
    said = set(re.findall(r"^(?:# )?(\w+) =|^\[(\w+)\]", block("toml"), re.MULTILINE))
    assert {first or second for first, second in said} >= KEYS | COLUMNS


def test_the_limits_of_the_gate_are_those_of_the_code() -> None:
    assert f"more than {OVERLAP_LIMIT_KM2:.0f} km²" in MANUAL
    assert f"more than {REDRAWN_SHARE:.0%}".replace("%", " %") in MANUAL
