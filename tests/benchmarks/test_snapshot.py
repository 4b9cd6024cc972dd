"""The parts of the benchmark of the snapshot run, and agree with PostgreSQL; how fast is not asked here."""

import math
from pathlib import Path

import pytest
from django.db import connection

from layers.snapshot.build import build
from layers.snapshot.live import Snapshot
from tests.benchmarks.snapshot import (
    cold,
    country,
    facets,
    findings,
    growth,
    machine,
    plot,
    report,
    rival_duckdb,
    workload,
    writes,
)
from tests.layers.snapshot.conftest import own_connection

ROWS = 1_000
FILL = """
INSERT INTO layers_feature (
    kind, jurisdiction_id, geom, oblast, rayon, title, text, language, address, category_id, status,
    received_at, source, is_demo
)
SELECT
    'problem', 'kz', ST_SetSRID(ST_Point(70 + number * 7 %% 300 / 100.0, 50 + number / 1001.0), 4326),
    '110000000', '110100000', '-', '', 'ru', '', (ARRAY['potholes', 'water'])[1 + number %% 2],
    (ARRAY['new', 'resolved', 'declined'])[1 + number %% 3],
    timestamptz '2024-01-01' + number * interval '1 day', '', false
FROM generate_series(1, %s) AS number
"""


@pytest.fixture
def subject(world: None, tmp_path: Path) -> workload.Subject:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [ROWS])
    build(own_connection(), tmp_path)
    snapshot = Snapshot(tmp_path, own_connection)
    snapshot.refresh()
    assert snapshot.state is not None
    return workload.Subject(snapshot.state, "", tmp_path)


@pytest.mark.django_db
def test_what_needs_no_server_runs_and_becomes_a_document(subject: workload.Subject) -> None:
    queries = workload.random_queries(subject, 34)
    assert queries == workload.random_queries(subject, 34)
    assert {query.tile.z for query in queries} == set(workload.ZOOMS)

    found = cold.measure(subject, queries, passes=1)
    rows, vocabulary = growth.all_rows(subject.part, own_connection())
    steps = growth.measure(subject, queries, rows, vocabulary)
    sections = [
        cold.section(queries, found, None),
        rival_duckdb.section(None),
        country.measure(subject),
        facets.measure(subject, queries),
        growth.section(steps),
        writes.section({"a merge": {True: [2.0], False: [1.0]}}),
    ]
    text = report.document(sections, machine.description(0.0), subject.rows, len(queries))

    assert [step.rows for step in steps] == [100, ROWS]
    assert "| a tile, cold: median | ≤ 6 ms |" in text
    assert "not measured" in text
    assert set(report.plots(queries, found, None, steps)) == {"benchmark-zooms.svg", "benchmark-growth.svg"}


@pytest.mark.django_db
def test_the_rival_is_asked_for_the_cells_of_the_tile_and_the_ring(subject: workload.Subject) -> None:
    tile = workload.Tile(6, 44, 21)
    text = rival_duckdb.in_sql(subject.shard, workload.query_of(tile, status="open"))

    first = (44 << 22) - (1 << 18)
    assert f"x >= {first} AND x < {first + (1 << 22) + (1 << 19)}" in text
    assert "status BETWEEN 0 AND " in text


@pytest.mark.parametrize(
    ("found", "at_least", "verdict"),
    [(3.0, False, "met"), (7.0, False, "**missed**"), (7.0, True, "met"), (3.0, True, "**missed**")],
)
def test_an_aim_is_met_or_missed(found: float, at_least: bool, verdict: str) -> None:
    assert findings.Aim("a tile", 6, "ms", found, at_least).verdict == verdict


def test_a_plot_leaves_out_what_was_not_measured() -> None:
    image = plot.lines("Tiles", "zoom", ["0", "1"], {"ours, p50": [1.0, 10.0], "SQL, p50": [100.0, math.nan]})

    assert image.count("<circle") == 3
    assert "nan" not in image
