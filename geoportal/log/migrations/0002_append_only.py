"""Triggers that refuse to change what was logged."""

from django.db import migrations

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]

    operations = [
        migrations.RunSQL(
            statement("geoportal.log", "append_only"), statement("geoportal.log", "append_only_undone")
        )
    ]
