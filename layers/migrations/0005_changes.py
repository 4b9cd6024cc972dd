"""What changes is noted, so that copies of the data can be kept fresh (layers/snapshot)."""

from django.db import migrations

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0004_search_words"),
        ("regions", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL(statement("layers", "changes"), statement("layers", "changes_undone")),
    ]
