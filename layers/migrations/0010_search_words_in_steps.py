"""The same words for every text, in half the time; nothing that is stored changes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from geoportal.lib.sql import statement

OF_ICU = "SELECT FROM pg_collation WHERE collname = 'und-x-icu'"


def replace_where_it_can_be(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A PostgreSQL without ICU keeps the slower way."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(OF_ICU)
        if cursor.rowcount:
            cursor.execute(statement("layers", "search_words_in_steps"))


class Migration(migrations.Migration):
    dependencies = [("layers", "0005_changes")]

    # Backwards nothing needs doing: both ways give the same.
    operations = [migrations.RunPython(replace_where_it_can_be, migrations.RunPython.noop)]
