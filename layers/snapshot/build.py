"""A new generation of the snapshot out of PostgreSQL, and the current one out of its files."""

import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from layers.snapshot import changes, store
from layers.snapshot.changes import Numbers
from layers.snapshot.columns import columns_of
from layers.snapshot.rows import Part, Reader
from layers.snapshot.shard import Shard
from layers.statuses import Kind

# Of all rows: what is read by a scan of the table rather than row by row through an index.
LARGE_SHARE = 0.05


class Base(NamedTuple):
    """A generation as it is in its files.

    ``mark``: changes of transactions from here on may not be in it. ``epoch``: numbers of changes can be
    compared among generations of one epoch.
    """

    name: str
    shards: dict[Part, Shard]
    zones: dict[str, str]
    database: str
    mark: int
    # Changes from the mark on that are in it all the same, and their transactions.
    seen: dict[int, int]
    epoch: str
    numbers: Numbers


class Built(NamedTuple):
    name: str
    rows: int
    size: int


def build(connection: psycopg.Connection[Any], folder: Path, *, keep_numbers: bool = True) -> Built:
    """Makes the next generation, which is current at once. ``connection``: in a transaction that sees one
    moment throughout (REPEATABLE READ). ``keep_numbers``: what has not changed, by the log, keeps its number;
    else every tile gets another one, for when something has changed past the log.

    Raises store.Busy while another builds, OSError when the folder cannot be written; then the generation in
    use stays.
    """
    with store.building(folder) as writer:
        before = _numbers_so_far(connection, folder, keep_numbers)
        reader = Reader(connection)
        zones = reader.zones()
        parts = []
        vocabularies = reader.vocabularies()
        total = sum(count for count, _ in vocabularies.values())
        for part, (count, vocabulary) in vocabularies.items():
            is_large = count > total * LARGE_SHARE
            with reader.in_order_of_the_table() if is_large else nullcontext():
                rows = reader.rows(part, vocabulary, zone=zones[part.jurisdiction])
            if len(rows) != count:
                raise RuntimeError("the connection does not see one moment throughout")
            arrays, facts = columns_of(rows, vocabulary)
            del rows
            for name, array in arrays.items():
                writer.add(f"{part.kind}/{part.jurisdiction}/{name}", array)
            parts.append(
                {"kind": part.kind, "jurisdiction": part.jurisdiction, "arrays": list(arrays), **facts}
            )
        writer.finish({"parts": parts, "zones": zones, **before})
        size = sum(file.stat().st_size for file in writer.folder.iterdir())
    return Built(store.current(folder) or "", total, size)


def forget(connection: psycopg.Connection[Any], folder: Path) -> int:
    """Removes changes that no kept generation needs; how many. Outside of the transaction that built."""
    kept = [facts for name in store.names(folder) if (facts := store.facts(folder, name))]
    if not kept:
        return 0
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE layers_change_horizon SET xid = %(mark)s::text::xid8 WHERE xid < %(mark)s::text::xid8",
            {"mark": str(min(facts["mark"] for facts in kept))},
        )
        cursor.execute("DELETE FROM layers_change WHERE xid < (SELECT xid FROM layers_change_horizon)")
        return cursor.rowcount


def loaded(folder: Path, name: str) -> Base:
    """Raises store.Damaged."""
    generation = store.opened(folder, name)
    try:
        shards = {}
        for facts in generation.facts["parts"]:
            part = Part(Kind(facts["kind"]), facts["jurisdiction"])
            prefix = f"{part.kind}/{part.jurisdiction}/"
            shards[part] = Shard({n: generation.arrays[prefix + n] for n in facts["arrays"]}, facts)
        return Base(
            name=name,
            shards=shards,
            zones=generation.facts["zones"],
            database=generation.facts["database"],
            mark=generation.facts["mark"],
            seen=dict(generation.facts["seen"]),
            epoch=generation.facts["epoch"],
            numbers=Numbers.from_json(generation.facts["numbers"]),
        )
    except (KeyError, ValueError) as error:
        raise store.Damaged(f"{name} lacks {error}") from error


def _numbers_so_far(
    connection: psycopg.Connection[Any], folder: Path, keep_numbers: bool
) -> Mapping[str, Any]:
    """Numbers go on from the generation before, so that what has not changed keeps its number."""
    numbers, epoch, mark, seen = Numbers(), secrets.token_hex(4), 0, {}
    now = changes.since(connection, mark)
    name = store.current(folder)
    previous = store.facts(folder, name) if name and keep_numbers else None
    goes_on = previous and previous["database"] == now.database
    if previous and goes_on and now.horizon <= previous["mark"] <= now.xmin:
        numbers, epoch, mark = Numbers.from_json(previous["numbers"]), previous["epoch"], previous["mark"]
        seen = dict(previous["seen"])
        now = changes.since(connection, mark, seen)
    told = {**seen, **{change.id: change.xid for change in now.changes}}
    return {
        "database": now.database,
        "mark": now.xmin,
        "epoch": epoch,
        # Whoever reads on from the mark is told of these again.
        "seen": [[number, xid] for number, xid in told.items() if xid >= now.xmin],
        "numbers": numbers.after(now.changes).to_json(),
    }
