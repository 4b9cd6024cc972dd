"""Loads small files into the world and gives back what happened; invents a small country there."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command

from ingest.demo.generate import Country, invented
from ingest.load import Report, load_layer
from ingest.mapping_file import parse_mapping
from layers.categories import load_categories
from layers.statuses import Kind
from regions.models import Settlement
from tests.ingest.files import mapping
from tests.world import EAST, MIDDLE, WEST

UNTIL = date(2026, 11, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Loaded:
    report: Report

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """Read, inserted, updated, unchanged, rejected."""
        load = self.report.load
        return load.read, load.inserted, load.updated, load.unchanged, load.rejected

    @property
    def reasons(self) -> dict[str, int]:
        return dict(self.report.load.reasons)

    @property
    def rejects(self) -> list[dict[str, str]]:
        with self.report.rejects.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            return list(csv.DictReader(file))


Load = Callable[..., Loaded]


@pytest.fixture
def load(world: None, tmp_path: Path) -> Load:
    def run(path: Path, *, kind: Kind = Kind.PROBLEM, **changes: Any) -> Loaded:
        report = load_layer(
            kind=kind,
            path=path,
            mapping=parse_mapping(mapping(**changes)),
            source="reports",
            jurisdiction="kz",
            rejects=tmp_path / "out.rejects.csv",
            loaded_by="tests",
            now=NOW,
        )
        return Loaded(report)

    return run


# GeoNames number, people, place, oblast; the first has an event of its own, a burst heating main.
SETTLEMENTS = (
    (1520172, 400_000, (70.5, 50.5), WEST),
    (2, 30_000, (71.5, 50.2), MIDDLE),
    (3, 900, (71.5, 50.8), MIDDLE),
    # On the very border: half of its people would live abroad.
    (4, 250_000, (73.0, 50.5), EAST),
)

Seed = Callable[..., list[str]]


@pytest.fixture
def settled(world: None) -> None:
    """The world of the tests with its taxonomy and a few settlements."""
    load_categories()
    for number, people, place, oblast in SETTLEMENTS:
        Settlement.objects.create(
            jurisdiction_id="kz",
            geonames_id=number,
            name_kk=f"Қала {number}",
            name_ru=f"Город {number}",
            name_en=f"Town {number}",
            point=Point(*place, srid=4326),
            population=people,
            min_zoom=5,
            oblast=oblast,
        )


@pytest.fixture
def country(settled: None) -> Country:
    return invented(jurisdiction="kz", seed=1, until=UNTIL)


@pytest.fixture
def seed(settled: None) -> Seed:
    """Runs the command, small; gives back the lines that it prints."""

    def run(*arguments: str) -> list[str]:
        printed = StringIO()
        small = ("--problems", "300", "--needs", "60", "--initiatives", "40", "--until", UNTIL.isoformat())
        call_command("seed_demo", *small, *arguments, stdout=printed)
        return printed.getvalue().splitlines()

    return run
