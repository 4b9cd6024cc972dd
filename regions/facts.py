"""What is known of Kazakhstan's units apart from their boundaries: facts by KATO, in regions/data/*.csv.

``oblasts.csv`` and ``rayons.csv``: a row with ``until`` holds for boundaries that came into force before that
day (a code was reused by the reform of 2022, and three oblasts were larger before it). Russian names are
those of the KATO of 2022-10-17; where it has none, and for Kazakh and English ones, those of geokz (CC BY
4.0) with misprints corrected. Areas are official and rounded; before 2022, the sum of the two oblasts that
one was split into. ``population.csv``: official counts, each with its day and source; days without a figure
are absent, never filled in.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from regions.models import LEVEL_OBLAST, LEVEL_RAYON

KAZAKHSTAN = "kz"
KAZAKHSTAN_NAMES = {"name_kk": "Қазақстан", "name_ru": "Казахстан", "name_en": "Kazakhstan"}
KAZAKHSTAN_TIME_ZONE = "Asia/Almaty"
# Official area of the country, Bureau of National Statistics.
KAZAKHSTAN_AREA_KM2 = 2_724_900.0


@dataclass(frozen=True)
class UnitFacts:
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    centre_geonames_id: int | None = None
    official_area_km2: float | None = None


@dataclass(frozen=True)
class PopulationFact:
    code: str
    date: date
    people: int
    source: str


def oblast_of(code: str) -> str:
    """The oblast-level code above any KATO code: its first two digits are the number of ISO 3166-2:KZ."""
    return f"{code[:2]}0000000"


def level_of(code: str) -> int:
    return LEVEL_OBLAST if code == oblast_of(code) else LEVEL_RAYON


def iso_of(code: str) -> str:
    """``KZ-10`` for ``100000000``, as ISO 3166-2 counts since 2022-11-29; empty below the oblast level."""
    return f"KZ-{code[:2]}" if level_of(code) == LEVEL_OBLAST else ""


def unit_facts(code: str, *, in_force_from: date) -> UnitFacts | None:
    """What is known of a unit of boundaries that came into force on that day; None for an unknown code."""
    dated = [(until, facts) for until, facts in _units().get(code, ()) if in_force_from < until]
    return min(dated, key=lambda row: row[0])[1] if dated else None


def centres() -> dict[int, str]:
    """GeoNames id of the centre -> KATO, for the oblast-level units of today."""
    return {
        facts.centre_geonames_id: code
        for code, rows in _units().items()
        for until, facts in rows
        if until == date.max and facts.centre_geonames_id
    }


@cache
def populations() -> tuple[PopulationFact, ...]:
    return tuple(
        PopulationFact(row["code"], date.fromisoformat(row["date"]), int(row["people"]), row["source"])
        for row in rows_of("population")
    )


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of ``regions/data/<name>.csv``."""
    text = files("regions").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _units() -> dict[str, list[tuple[date, UnitFacts]]]:
    units: dict[str, list[tuple[date, UnitFacts]]] = {}
    for row in (*rows_of("oblasts"), *rows_of("rayons")):
        centre, area = row.get("centre_geonames_id"), row.get("official_area_km2")
        facts = UnitFacts(
            row["kind"],
            row["name_kk"],
            row["name_ru"],
            row["name_en"],
            int(centre) if centre else None,
            float(area) if area else None,
        )
        until = date.fromisoformat(row["until"]) if row["until"] else date.max
        units.setdefault(row["code"], []).append((until, facts))
    return units
