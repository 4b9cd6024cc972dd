"""Words are indexed without the marks between them, so that 22/5 is found."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions
from django.db import migrations, models

from geoportal.lib.sql import statement


class Migration(migrations.Migration):
    dependencies = [("layers", "0003_feature_author")]

    operations = [
        migrations.RunSQL(statement("layers", "search_words"), "DROP FUNCTION search_words(text)"),
        # A generated column cannot be given another expression. Its index goes with it.
        migrations.RemoveIndex("feature", "feature_search"),
        migrations.RemoveField("feature", "search"),
        migrations.AddField(
            "feature",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    models.Func(
                        django.db.models.functions.Concat(
                            "title", models.Value(" "), "text", output_field=models.TextField()
                        ),
                        function="search_words",
                        output_field=models.TextField(),
                    ),
                    config="simple",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "feature",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="feature_search"),
        ),
    ]
