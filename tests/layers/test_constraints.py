"""What the database itself refuses of a feature, whoever writes it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.world import add_feature

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
BOWTIE = "POLYGON((70.1 50.1, 70.3 50.3, 70.3 50.1, 70.1 50.3, 70.1 50.1))"


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [
        ("status", "voiced", "feature_status_known"),  # a need's
        ("language", "fr", "feature_language_known"),
        ("geom", "SRID=4326;MULTIPOINT(70.1 50.1, 70.2 50.2)", "feature_geom_point_line_or_area"),
        ("geom", f"SRID=4326;{BOWTIE}", "feature_geom_valid"),
        ("first_response_at", "2026-03-01", "feature_answered_after_received"),
        ("resolved_at", "2026-03-01", "feature_resolved_after_received"),
        ("closed_at", "2026-03-01", "feature_closed_after_received"),
        # What Python has no word for would be an error on every page that shows it.
        ("received_at", "-infinity", "feature_times_in_calendar"),
        ("due_at", "infinity", "feature_times_in_calendar"),
        ("closed_at", "10000-01-01", "feature_times_in_calendar"),
    ],
)
def test_the_database_refuses(column: str, value: Any, constraint: str) -> None:
    feature = add_feature()
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE layers_feature SET {column} = %s WHERE id = %s", [value, feature.pk])
