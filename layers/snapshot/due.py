"""When it is time for a new generation."""

import time
from pathlib import Path
from typing import Any

import psycopg

from layers.snapshot import store
from layers.snapshot.changes import VOCABULARY, since
from layers.snapshot.rows import Reader

# Changes cost each web process memory, and a little time in each answer; a build costs the database a scan.
FEWEST_CHANGED = 20_000
SHARE_CHANGED = 0.02
# So that the log of changes stays short.
OLDEST_S = 3_600


def why_due(connection: psycopg.Connection[Any], folder: Path) -> str:
    """Why a new generation should be made; empty when the current one is good enough."""
    name = store.current(folder)
    facts = store.facts(folder, name) if name else None
    if name is None or facts is None:
        return "there is none that can be read"
    if store.is_damaged(folder, name):
        return "the current one is damaged"
    moment = since(connection, facts["mark"], dict(facts["seen"]))
    if moment.database != facts["database"] or facts["mark"] < moment.horizon:
        return "the current one is of another database"
    if moment.xmin < facts["mark"]:
        return "the database was set back to before the current one"
    features = [change for change in moment.changes if change.kind != VOCABULARY]
    if any(change.first_id is None for change in features):
        return "everything has changed"
    zones = Reader(connection).zones()
    if any(zones.get(code) != zone for code, zone in facts["zones"].items()):
        return "days begin at another time somewhere"
    changed = sum((change.last_id or 0) - (change.first_id or 0) + 1 for change in features)
    rows = sum(part["rows"] for part in facts["parts"])
    if changed >= max(FEWEST_CHANGED, rows * SHARE_CHANGED):
        return f"{changed:,} features have changed"
    if moment.changes and time.time() - (folder / name / store.MANIFEST).stat().st_mtime > OLDEST_S:
        return "it is old"
    return ""
