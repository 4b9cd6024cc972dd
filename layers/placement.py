"""Which regions the features lie in, after the boundaries changed."""

from django.db import connection

from geoportal.lib.sql import statement
from regions.boundaries import generation_at


def replace_regions(jurisdiction: str) -> int:
    """Fill ``oblast`` and ``rayon`` of features by the boundaries in force. Returns how many changed."""
    generation = generation_at(jurisdiction)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("layers", "replace_regions"),
            {"jurisdiction": jurisdiction, "generation": generation.pk if generation else None},
        )
        return cursor.rowcount
