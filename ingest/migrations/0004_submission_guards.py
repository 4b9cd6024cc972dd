"""Triggers: what was issued, signed and found stays as it was."""

from django.db import migrations

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    dependencies = [
        ("ingest", "0003_submissions"),
    ]

    operations = [
        migrations.RunSQL(
            statement("ingest", "submission_guards"), statement("ingest", "submission_guards_undone")
        ),
    ]
