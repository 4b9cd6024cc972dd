"""Migrations that a portal with ten million features can run while people use it (docs/database.md)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import connection, models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    Migration,
    RemoveField,
    RemoveIndex,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.functions import Upper

# They ran before there was a portal with many features, and whoever installs one runs them on an empty table.
BEFORE_THE_RULE = {
    ("layers", "0001_initial"),
    ("layers", "0002_feature_place"),
    ("layers", "0003_feature_author"),
    ("layers", "0004_search_words"),
}
TABLE = r"(?:public\.)?\"?layers_feature\"?"
REFUSED_SQL = {
    rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*\bON (?:ONLY )?{TABLE}\b": "an index: CONCURRENTLY",
    rf"ALTER TABLE (?:ONLY )?{TABLE}[^;]*\bADD CONSTRAINT (?![^;]*(?:NOT VALID|USING INDEX))": "NOT VALID",
    rf"ALTER TABLE (?:ONLY )?{TABLE}[^;]*\bALTER COLUMN \S+ (?:SET DATA )?TYPE\b": "rewrites the table",
    rf"ALTER TABLE (?:ONLY )?{TABLE}[^;]*\bALTER COLUMN \S+ SET NOT NULL\b": "reads the table under a lock",
    rf"ALTER TABLE (?:ONLY )?{TABLE}[^;]*\bADD COLUMN [^;]*\bGENERATED\b": "rewrites the table",
    rf"(?:CLUSTER|VACUUM \(?FULL\)?) {TABLE}\b": "rewrites the table",
    rf"REINDEX TABLE (?!CONCURRENTLY){TABLE}\b": "CONCURRENTLY",
}


def faults(migration: Migration, state: ProjectState) -> list[str]:
    """Why the migration would keep readers or writers of features waiting."""
    found = []
    for operation in migration.operations:
        found += [f"{migration.name}: {fault}" for fault in _faults(operation, migration, state)]
        operation.state_forwards(migration.app_label, state)
    return found


def _faults(operation: Operation, migration: Migration, state: ProjectState) -> Iterator[str]:
    match operation:
        case SeparateDatabaseAndState():
            for each in operation.database_operations:
                yield from _faults(each, migration, state)
        case RunSQL():
            yield from (f"SQL: {fault}" for fault in _faults_of_sql(operation.sql))
    if not _is_of_features(operation, migration):
        return
    match operation:
        case AddIndexConcurrently() | RemoveIndexConcurrently() | AddConstraintNotValid():
            pass
        case AddIndex() | RemoveIndex():
            yield "an index: AddIndexConcurrently, RemoveIndexConcurrently"
        case AddConstraint():
            yield "a constraint: AddConstraintNotValid, then ValidateConstraint in the next migration"
        case AddField():
            yield from _faults_of_new(operation.field)
        case AlterField():
            later = state.clone()
            operation.state_forwards(migration.app_label, later)
            before, after = (each.apps.get_model("layers", "feature") for each in (state, later))
            yield from _faults_of_change(*(m._meta.get_field(operation.name) for m in (before, after)))
        case RemoveField():
            pass


def _is_of_features(operation: Operation, migration: Migration) -> bool:
    name = getattr(operation, "model_name", "")
    return migration.app_label == "layers" and str(name).lower() == "feature"


def _faults_of_sql(sql: Any) -> Iterator[str]:
    parts = [sql] if isinstance(sql, str) else [part if isinstance(part, str) else part[0] for part in sql]
    for part in parts:
        plain = " ".join(re.sub(r"--.*", "", part).split())
        yield from (why for pattern, why in REFUSED_SQL.items() if re.search(pattern, plain, re.IGNORECASE))


def _faults_of_new(field: Any) -> Iterator[str]:
    if isinstance(field, models.GeneratedField):
        yield "a generated column rewrites the table"
    if field.unique or field.db_index or getattr(field, "spatial_index", False):
        yield "a column with an index: db_index=False, then AddIndexConcurrently"
    if getattr(field, "db_constraint", False):
        yield "a foreign key: db_constraint=False, then NOT VALID and VALIDATE in SQL"
    if not field.null and not field.has_default() and not field.has_db_default():
        yield "a column without NULL or default"


def _faults_of_change(before: Any, after: Any) -> Iterator[str]:
    if before.null and not after.null:
        yield "NOT NULL reads the table under a lock: a CHECK that is NOT VALID, VALIDATE, then NOT NULL"
    if (after.unique or after.db_index) and not (before.unique or before.db_index):
        yield "an index: AddIndexConcurrently"
    if before.db_type(connection) != after.db_type(connection) and not _is_only_longer(before, after):
        yield "another type rewrites the table"


def _is_only_longer(before: Any, after: Any) -> bool:
    both_text = type(before) is type(after) is models.CharField
    return both_text and (after.max_length or 0) >= (before.max_length or 0)


def test_no_migration_keeps_a_large_portal_waiting() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state, found = ProjectState(), []
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration = loader.graph.nodes[key]
        faults_here = faults(migration, state)
        found += [] if key in BEFORE_THE_RULE else faults_here
    assert found == []


CONDITION = models.Q(title__gt="")
INDEX = models.Index(fields=["title"], name="feature_title")
CHECK = models.CheckConstraint(condition=CONDITION, name="feature_titled")


@pytest.mark.parametrize(
    "operation",
    [
        AddIndex("feature", INDEX),
        RemoveIndex("feature", "feature_place"),
        AddConstraint("feature", CHECK),
        AddField("feature", "more", models.TextField()),
        AddField("feature", "more", models.IntegerField(null=True, db_index=True)),
        AddField("feature", "more", models.ForeignKey("layers.category", models.CASCADE, null=True)),
        AddField(
            "feature",
            "more",
            models.GeneratedField(
                expression=Upper("title"), output_field=models.TextField(), db_persist=True
            ),
        ),
        AlterField("feature", "title", models.TextField()),
        AlterField("feature", "title", models.CharField(max_length=100)),
        AlterField("feature", "due_at", models.DateTimeField()),
        AlterField("feature", "text", models.TextField(unique=True)),
        RunSQL("CREATE INDEX feature_x ON layers_feature (title)"),
        RunSQL('create unique index feature_x\n on "layers_feature" (title)'),
        RunSQL(["SELECT 1", ("ALTER TABLE layers_feature ADD CONSTRAINT x CHECK (true)", None)]),
        RunSQL("ALTER TABLE layers_feature ALTER COLUMN title TYPE text"),
        RunSQL("ALTER TABLE layers_feature ADD COLUMN x int GENERATED ALWAYS AS (id) STORED"),
        SeparateDatabaseAndState(database_operations=[AddIndex("feature", INDEX)]),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_the_rule_sees_what_would_keep_it_waiting(operation: Operation) -> None:
    assert faults(_migration(operation), _today())


@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("feature", INDEX),
        RemoveIndexConcurrently("feature", "feature_place"),
        AddConstraintNotValid("feature", CHECK),
        AddField("feature", "more", models.IntegerField(null=True)),
        AddField("feature", "more", models.BooleanField(default=False)),
        AlterField("feature", "title", models.CharField(max_length=300)),
        AddIndex("category", models.Index(fields=["position"], name="category_position")),
        RunSQL("CREATE INDEX CONCURRENTLY feature_x ON layers_feature (title)"),
        RunSQL("ALTER TABLE layers_feature ADD CONSTRAINT x CHECK (true) NOT VALID"),
        RunSQL("ALTER TABLE layers_feature VALIDATE CONSTRAINT x"),
        RunSQL("CREATE INDEX x ON layers_featurelog (id) -- not layers_feature"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_the_rule_lets_pass_what_does_not(operation: Operation) -> None:
    assert faults(_migration(operation), _today()) == []


def _migration(operation: Operation) -> Migration:
    return type("Later", (Migration,), {"operations": [operation]})("9999_later", "layers")


def _today() -> ProjectState:
    return MigrationLoader(None, ignore_no_migrations=True).project_state()
