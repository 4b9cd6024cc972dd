"""Extensions and the SQL functions that generated columns of later migrations stand on."""

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(
            statement("regions", "functions"),
            "DROP FUNCTION map_x(geometry), map_y(geometry), representative_point(geometry), fold(text)",
        ),
    ]
