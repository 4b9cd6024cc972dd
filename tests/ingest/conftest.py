"""Loads small files into the world and gives back what happened."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.load import Report, load_layer
from ingest.mapping_file import parse_mapping
from layers.statuses import Kind
from tests.ingest.files import mapping

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
