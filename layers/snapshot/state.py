"""A generation and what has changed since, as one value that never changes.

What has changed is kept in two sets of rows: the recent one is small and made anew at each poll, the older
one takes it in now and then. So a poll costs the same however much has changed since the generation was made,
and three sets of columns are asked at most.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from layers.snapshot.build import Base
from layers.snapshot.changes import VOCABULARY, Change, Numbers
from layers.snapshot.columns import columns_of
from layers.snapshot.planes import ALL_ROWS, rows_set, words_of
from layers.snapshot.rows import Part, Reader, Rows, Runs, Vocabulary, status_places
from layers.snapshot.shard import Shard
from layers.statuses import Kind

# Columns of so many rows are made in 4 ms.
MOST_RECENT = 4_096


@dataclass(frozen=True)
class Fresh:
    """Rows of a part as they are now, and their columns. What has changed again is struck out of these."""

    rows: Rows
    vocabulary: Vocabulary
    shard: Shard

    @classmethod
    def of(cls, rows: Rows, vocabulary: Vocabulary) -> Self:
        return cls(rows, vocabulary, Shard(*columns_of(rows, vocabulary)))

    def alive(self) -> Rows:
        if self.shard.dead is None:
            return self.rows
        ids = self.shard.arrays["ids"][rows_set(self.shard.dead, ALL_ROWS)].tolist()
        return self.rows.without(Runs((number, number) for number in ids))


@dataclass(frozen=True)
class State:
    """``bases``: the generation's columns, with what has changed struck out."""

    base: Base
    numbers: Numbers
    zones: Mapping[str, str]
    bases: Mapping[Part, Shard]
    older: Mapping[Part, Fresh] = field(default_factory=dict)
    recent: Mapping[Part, Fresh] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Base) -> Self:
        return cls(base, base.numbers, base.zones, base.shards)

    @cached_property
    def shards(self) -> Mapping[Part, tuple[Shard, ...]]:
        """All that is to be asked about each part."""
        found = {part: (shard,) for part, shard in self.bases.items()}
        for some in (self.older, self.recent):
            for part, fresh in some.items():
                found[part] = (*found.get(part, ()), fresh.shard)
        return found

    @property
    def vocabulary_version(self) -> str:
        return f"{self.base.epoch}.{self.numbers.totals[VOCABULARY]}"

    def version(self, number: int) -> str:
        """A number of changes as a text that no other state can have."""
        return f"{self.vocabulary_version}.{number}"

    def collection_version(self, kind: Kind) -> str:
        return self.version(self.numbers.totals[kind])

    @property
    def changed(self) -> int:
        """How many changed rows are held beside the generation."""
        return sum(len(fresh.rows) for some in (self.older, self.recent) for fresh in some.values())

    def after(self, changes: Iterable[Change], reader: Reader, runs: Runs) -> Self:
        """``reader`` reads the rows of ``runs``, as they are now."""
        older = {part: replace(each, shard=_struck(each.shard, runs)) for part, each in self.older.items()}
        recent = {
            part: Fresh.of(each.rows.without(runs), each.vocabulary)
            if runs.hold(each.rows.id).any()
            else each
            for part, each in self.recent.items()
        }
        for part, (_count, vocabulary) in reader.vocabularies().items():
            # Numbers that stand for texts stay what they are from one set to the other.
            known = recent.get(part) or older.get(part)
            if known:
                vocabulary = known.vocabulary.with_more(vocabulary)
            else:
                vocabulary = Vocabulary(status_places(part.kind), (), ()).with_more(vocabulary)
            rows = reader.rows(part, vocabulary, zone=self.zones[part.jurisdiction])
            if part in recent:
                rows = recent[part].rows.and_also(rows)
            recent[part] = Fresh.of(rows, vocabulary)
        for part in [part for part, each in recent.items() if len(each.rows) > MOST_RECENT]:
            fresh = recent.pop(part)
            rows = older[part].alive().and_also(fresh.rows) if part in older else fresh.rows
            older[part] = Fresh.of(rows, fresh.vocabulary)
        return replace(
            self,
            numbers=self.numbers.after(changes),
            bases={part: _struck(shard, runs) for part, shard in self.bases.items()},
            older=older,
            recent=recent,
        )


def _struck(shard: Shard, runs: Runs) -> Shard:
    """The shard without the features of the runs."""
    rows = shard.rows_of(runs.first, runs.last)
    if len(rows) == 0:
        return shard
    dead = np.zeros(words_of(shard.rows), np.uint64) if shard.dead is None else shard.dead.copy()
    np.bitwise_or.at(dead, rows >> 6, np.uint64(1) << (rows & 63).astype(np.uint64))
    return replace(shard, dead=dead)
