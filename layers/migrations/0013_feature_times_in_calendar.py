"""Times that Python can read; the rows that are there are looked through by the next migration."""

from datetime import UTC, datetime

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations
from django.db.models import CheckConstraint, Q

TIMES = ["received_at", "first_response_at", "due_at", "resolved_at", "closed_at"]
CALENDAR = (datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("layers", "0012_feature_facets")]

    operations = [
        AddConstraintNotValid(
            "feature",
            CheckConstraint(
                condition=Q(*(Q(**{f"{name}__range": CALENDAR}) for name in TIMES)),
                name="feature_times_in_calendar",
            ),
        ),
    ]
