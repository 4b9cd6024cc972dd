"""Our writer of tiles against PostGIS's: the same features, whatever the numbers and shapes."""

from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiles.decoded import as_text, decoded
from tiles.mvt import Points, Shape, encode, varints

COORDINATES = st.integers(-256, 4351)
SHAPES = [
    "LINESTRING (0 0, 10 10, -128 4224)",
    "MULTILINESTRING ((0 0, 5 5), (100 100, 90 80, 4095 4096))",
    "POLYGON ((0 0, 0 100, 100 100, 100 0, 0 0), (20 20, 40 20, 40 40, 20 40, 20 20))",
    "MULTIPOLYGON (((0 0, 0 9, 9 9, 0 0)), ((50 50, 50 90, 90 90, 90 50, 50 50)))",
]
BY_POSTGIS = """
SELECT ST_AsMVT(feature, 'problems', 4096, 'geom', 'feature_id')
FROM (
    SELECT id AS feature_id, id, kind, status, ST_GeomFromText(wkt) AS geom
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS given (id, kind, status, wkt)
) AS feature
"""


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.dictionaries(st.integers(1, 2**53), st.tuples(COORDINATES, COORDINATES), max_size=20),
    texts=st.lists(
        st.tuples(st.sampled_from(["need", "problem"]), st.text("аә\"'x ", max_size=3)), min_size=1
    ),
    shapes=st.lists(st.sampled_from(SHAPES), max_size=3),
)
def test_it_writes_what_postgis_writes(
    points: dict[int, tuple[int, int]], texts: list[tuple[str, str]], shapes: list[str]
) -> None:
    groups: dict[tuple[str, str], list[int]] = {}
    for number, identity in enumerate(points):
        groups.setdefault(texts[number % len(texts)], []).append(identity)
    ours = encode(
        "problems",
        ["kind", "status"],
        [Points(both, *columns(points, identities)) for both, identities in groups.items()],
        [Shape(texts[0], number, GEOSGeometry(wkt)) for number, wkt in enumerate(shapes)],
    )

    rows: list[tuple[int, str, str, str]] = [
        (number, *texts[0], wkt) for number, wkt in enumerate(shapes)
    ] + sorted(
        (identity, *both, f"POINT ({points[identity][0]} {points[identity][1]})")
        for both, identities in groups.items()
        for identity in identities
    )
    with connection.cursor() as cursor:
        cursor.execute(BY_POSTGIS, [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []])
        (theirs,) = cursor.fetchone()
    assert as_text(decoded(ours)) == as_text(decoded(bytes(theirs or b"")))


def columns(points: dict[int, tuple[int, int]], identities: list[int]) -> Any:
    x, y = np.array([points[identity] for identity in identities], dtype=np.int64).T
    return np.array(identities, dtype=np.int64), x, y


def test_nothing_is_an_empty_tile() -> None:
    assert encode("problems", ["kind"], [], []) == b""


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "00"), (127, "7f"), (128, "8001"), (300, "ac02"), (2**35, "808080808001")]
)
def test_a_varint_has_seven_bits_a_byte(number: int, expected: str) -> None:
    assert varints(number).hex() == expected
