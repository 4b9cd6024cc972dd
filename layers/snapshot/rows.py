"""Features out of PostgreSQL as arrays of numbers: all of them for a new generation, some for what
changed.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from geoportal.lib.sql import statement
from layers.snapshot.morton import DROPPED_BITS, Ints
from layers.statuses import PRIVATE_STATUSES, STATUSES, Group, Kind

EVENTS = ("received", "first_response", "due", "resolved", "closed")
# A day that has not been.
NEVER = -(2**31)
# PostgreSQL's binary COPY (docs: sql-copy, "Binary Format"): a header, rows that begin with their number of
# fields, fields that begin with their length, an end of two bytes.
HEADER_BYTES, END_BYTES = 19, 2
NUMBERS = {"id": ">i8", "map_x": ">i4", "map_y": ">i4", "status": ">i4", "category": ">i4", "region": ">i4"}
ROW = np.dtype(
    [("fields", ">i2")]
    + [
        field
        for name, kind in {**NUMBERS, **dict.fromkeys(EVENTS, ">i8")}.items()
        for field in ((f"{name}_length", ">i4"), (name, kind))
    ]
)
ROWS_AT_ONCE = 200_000
PLANS = ["enable_indexscan", "enable_bitmapscan"]
# What PostgreSQL counts time from.
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
DAY_ZERO = dt.date(1970, 1, 1)
MICROSECOND = dt.timedelta(microseconds=1)
EARLIEST, LATEST = ((dt.datetime(year, 1, 1, tzinfo=dt.UTC) - EPOCH) // MICROSECOND for year in (1899, 2202))


@dataclass(frozen=True)
class Part:
    """The features of one kind in one jurisdiction: they are kept and asked apart."""

    kind: Kind
    jurisdiction: str


@dataclass(frozen=True)
class Vocabulary:
    """The texts that numbers stand for. A status's number has its group in its upper two bits, so that a
    group is asked of two planes; None fills what no status has."""

    statuses: tuple[str | None, ...]
    categories: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]

    def with_more(self, other: "Vocabulary") -> "Vocabulary":
        """The numbers stay, what is new comes after them."""
        return replace(
            self,
            categories=tuple(dict.fromkeys((*self.categories, *other.categories))),
            regions=tuple(dict.fromkeys((*self.regions, *other.regions))),
        )


@dataclass(frozen=True)
class Rows:
    """Columns of equal length; days are counted from 1970-01-01 in the jurisdiction's zone. ``shape_*``:
    lines and areas among them, and their boxes (west, north, east, south)."""

    id: Ints
    x: Ints
    y: Ints
    status: Ints
    category: Ints
    region: Ints
    received: Ints
    first_response: Ints
    due: Ints
    resolved: Ints
    closed: Ints
    shape_id: Ints
    shape_box: Ints

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def none(cls) -> Self:
        columns = {field.name: np.empty(0, np.int64) for field in fields(cls)}
        return cls(**{**columns, "shape_box": np.empty((0, 4), np.int64)})

    def without(self, runs: "Runs") -> Self:
        """Less the features whose number lies in one of the runs."""
        keep, keep_shape = ~runs.hold(self.id), ~runs.hold(self.shape_id)
        return replace(
            self,
            **{
                field.name: getattr(self, field.name)[keep_shape if "shape" in field.name else keep]
                for field in fields(self)
            },
        )

    def and_also(self, other: Self) -> Self:
        return replace(
            self,
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                for field in fields(self)
            },
        )


class Runs:
    """Runs of features' numbers, both ends included, sorted and apart."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        joined: list[list[int]] = []
        for first, last in sorted(pairs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1][1] = max(joined[-1][1], last)
            else:
                joined.append([first, last])
        self.first = np.array([first for first, _ in joined], np.int64)
        self.last = np.array([last for _, last in joined], np.int64)

    def __len__(self) -> int:
        return len(self.first)

    def hold(self, ids: Ints) -> NDArray[np.bool_]:
        if len(self) == 0:
            return np.zeros(len(ids), bool)
        run = np.searchsorted(self.first, ids, side="right") - 1
        return (run >= 0) & (ids <= self.last[run])


class Reader:
    """Reads public features over one connection; ``runs``: only those of these numbers.

    The caller's transaction decides what is seen: in REPEATABLE READ all answers are of one moment.
    """

    def __init__(self, connection: psycopg.Connection[Any], runs: Runs | None = None) -> None:
        self.connection = connection
        among = "layers_feature AS feature"
        self.values: dict[str, Any] = {"private": PRIVATE_STATUSES}
        if runs is not None:
            # OFFSET keeps the planner from expecting a third of the table of each run.
            among = (
                "unnest(%(first)s::bigint[], %(last)s::bigint[]) AS run (first_id, last_id) "
                "CROSS JOIN LATERAL "
                "(SELECT * FROM layers_feature WHERE id BETWEEN first_id AND last_id OFFSET 0) AS feature"
            )
            self.values |= {"first": runs.first.tolist(), "last": runs.last.tolist()}
        self.among = among

    def vocabularies(self) -> dict[Part, tuple[int, Vocabulary]]:
        """Of each part that has rows: how many, and the texts they have. Categories of one parent, and rayons
        of one oblast, stand side by side: asking for the whole is then asking for a run."""
        parents = dict(self._fetch("SELECT code, coalesce(parent_id, code) FROM layers_category"))
        sizes: dict[Part, int] = {}
        categories: dict[Part, set[str]] = {}
        regions: dict[Part, set[tuple[str, str]]] = {}
        found = self._fetch(self._text("snapshot_values"))
        for kind, jurisdiction, category, oblast, rayon, count in found:
            part = Part(Kind(kind), jurisdiction)
            sizes[part] = sizes.get(part, 0) + count
            categories.setdefault(part, set()).add(category)
            regions.setdefault(part, set()).add((oblast, rayon))
        return {
            part: (
                size,
                Vocabulary(
                    statuses=status_places(part.kind),
                    categories=tuple(sorted(categories[part], key=lambda code: (parents[code], code))),
                    regions=tuple(sorted(regions[part])),
                ),
            )
            for part, size in sizes.items()
        }

    def zones(self) -> dict[str, str]:
        return dict(self._fetch("SELECT code, time_zone FROM regions_jurisdiction"))

    def rows(self, part: Part, vocabulary: Vocabulary, *, zone: str) -> Rows:
        """Raises LookupError for a text that the vocabulary does not have."""
        values = {
            "kind": part.kind.value,
            "jurisdiction": part.jurisdiction,
            "statuses": list(vocabulary.statuses),
            "categories": list(vocabulary.categories),
            "oblasts": [oblast for oblast, _ in vocabulary.regions],
            "rayons": [rayon for _, rayon in vocabulary.regions],
        }
        columns: dict[str, list[NDArray[Any]]] = {
            name: [np.empty(0, np.int64)] for name in (*NUMBERS, *EVENTS)
        }
        clock = Clock(zone)
        for found in self._copied(self._text("snapshot_rows"), values):
            for name in NUMBERS:
                columns[name].append(found[name].astype(np.int32 if name != "id" else np.int64))
            for name in EVENTS:
                columns[name].append(clock.days(found[name].astype(np.int64)))
        joined = {name: np.concatenate(parts[1:] or parts) for name, parts in columns.items()}
        for name in ("status", "category", "region"):
            if len(joined[name]) and joined[name].min() == 0:
                raise LookupError(f"a {name} that the vocabulary does not have")
            joined[name] -= 1
        shapes = np.array(self._fetch(self._text("snapshot_shapes"), values), np.int64).reshape(-1, 5)
        return Rows(
            **{name: joined[name] for name in ("id", "status", "category", "region", *EVENTS)},
            x=joined["map_x"] >> DROPPED_BITS,
            y=joined["map_y"] >> DROPPED_BITS,
            shape_id=shapes[:, 0],
            shape_box=shapes[:, 1:] >> DROPPED_BITS,
        )

    @contextmanager
    def in_order_of_the_table(self) -> Iterator[None]:
        """For parts that most rows are in: the planner prefers an index on their kind, and then reads the
        table here and there, which took eight times as long."""
        self._fetch(
            "SELECT set_config(name, 'off', true) FROM unnest(%(plans)s::text[]) AS name", {"plans": PLANS}
        )
        try:
            yield
        finally:
            self._fetch(
                "SELECT set_config(name, 'on', true) FROM unnest(%(plans)s::text[]) AS name", {"plans": PLANS}
            )

    def _copied(self, text: sql.Composed, values: Mapping[str, Any]) -> Iterator[Any]:
        """Arrays of ROW."""
        buffer = bytearray()
        start = HEADER_BYTES
        with self.connection.cursor() as cursor, cursor.copy(text, {**self.values, **values}) as copy:
            for block in copy:
                buffer += block
                if len(buffer) > ROWS_AT_ONCE * ROW.itemsize:
                    rows = (len(buffer) - start) // ROW.itemsize
                    yield np.frombuffer(bytes(buffer[start : start + rows * ROW.itemsize]), ROW)
                    del buffer[: start + rows * ROW.itemsize]
                    start = 0
        yield np.frombuffer(bytes(buffer[start:-END_BYTES]), ROW)

    def _text(self, name: str) -> sql.Composed:
        return sql.SQL(statement("layers", name)).format(among=sql.SQL(self.among))

    def _fetch(self, text: Any, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(text, {**self.values, **(values or {})})
            return cursor.fetchall()


class Clock:
    """Days of moments on the clocks of a zone: the same that ``layers.rows`` asks PostgreSQL for."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.first = 0
        self.starts = np.empty(0, np.int64)

    def days(self, moments: Ints) -> NDArray[np.int32]:
        """``moments``: microseconds since 2000-01-01 UTC; the lowest number gives NEVER.

        What lies before 1900 or after 2200 lies just beyond: no filter asks further
        (layers.filters), and one wrong date must not cost a table of all days there are.
        """
        never = moments == np.iinfo(np.int64).min
        been = np.clip(moments[~never], EARLIEST, LATEST)
        days = np.full(len(moments), NEVER, np.int32)
        if len(been):
            self._reach(int(been.min()), int(been.max()))
            days[~never] = np.searchsorted(self.starts, been, side="right") - 1 + self.first
        return days

    def _reach(self, earliest: int, latest: int) -> None:
        if len(self.starts) and self.starts[0] <= earliest and latest < self.starts[-1]:
            return
        # A day on either side, whatever the zone; and what was reached before.
        offset = (EPOCH.date() - DAY_ZERO).days
        day = 86_400_000_000
        first, last = earliest // day + offset - 2, latest // day + offset + 3
        if len(self.starts):
            first, last = min(first, self.first), max(last, self.first + len(self.starts))
        self.first = first
        self.starts = np.array([self._start(number) for number in range(first, last)], np.int64)

    def _start(self, number: int) -> int:
        day = DAY_ZERO + dt.timedelta(days=number)
        return (dt.datetime.combine(day, dt.time.min, self.zone) - EPOCH) // MICROSECOND


def status_places(kind: Kind) -> tuple[str | None, ...]:
    """The public statuses of a kind, each group at a multiple of the same power of two."""
    groups = [[s.code for s in STATUSES[kind] if s.group == group] for group in Group]
    room = 1 << (max(map(len, groups)) - 1).bit_length()
    return tuple(code for codes in groups for code in (*codes, *[None] * (room - len(codes))))
