"""Looks through the rows that were there before, while people read and write."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("layers", "0013_feature_times_in_calendar")]

    operations = [ValidateConstraint("feature", "feature_times_in_calendar")]
