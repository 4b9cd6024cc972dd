"""Vacuum features after one change in a hundred rows, not one in five (docs/database.md, Maintenance)."""

from django.db import migrations

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    dependencies = [("layers", "0010_search_words_in_steps")]

    operations = [
        migrations.RunSQL(
            statement("layers", "feature_autovacuum"),
            "ALTER TABLE layers_feature RESET (autovacuum_vacuum_scale_factor, "
            "autovacuum_vacuum_insert_scale_factor, autovacuum_analyze_scale_factor)",
        )
    ]
