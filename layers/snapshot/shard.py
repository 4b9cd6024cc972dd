"""One part of a snapshot, asked: which rows lie where, which of them match, what they have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.filters import Filters
from layers.snapshot.columns import BASE_LEVEL, FIRST_LEVEL, LAST_LEVEL, LOW_BITS, Arrays
from layers.snapshot.morton import BITS, Codes, Ints, separate
from layers.snapshot.planes import (
    BLOCK_WORDS,
    Chosen,
    Diagram,
    Words,
    bits_set,
    members,
    rows_set,
    words_of,
)
from layers.snapshot.rows import Vocabulary

# So many words next to each other are looked at where they are.
LONG_RUN = 64
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


class Piece(NamedTuple):
    """Rows of a shard: words of 64, and of each word the rows that belong."""

    words: Chosen
    rows: Words


class Asked(NamedTuple):
    """What is asked of a shard: for each column that restricts, how its planes are asked."""

    diagrams: Mapping[str, Diagram]

    def but(self, column: str) -> "Asked":
        """The same without what it asks of one column."""
        return Asked({name: each for name, each in self.diagrams.items() if name != column})

    @property
    def matches_nothing(self) -> bool:
        return any(each is False for each in self.diagrams.values())


@dataclass(frozen=True)
class Shard:
    """``dead``: rows that have changed since, a bit each; their features are told by another shard."""

    arrays: Arrays
    facts: dict[str, Any]
    dead: Words | None = None
    # What was asked before, by its filters: a map asks the same of tile after tile.
    asked: dict[Filters, Asked] = field(default_factory=dict, compare=False)

    @property
    def rows(self) -> int:
        return int(self.facts["rows"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            statuses=tuple(self.facts["statuses"]),
            categories=tuple(self.facts["categories"]),
            regions=tuple((oblast, rayon) for oblast, rayon in self.facts["regions"]),
        )

    @cached_property
    def levels(self) -> tuple[int, ...]:
        return tuple(n for n in range(FIRST_LEVEL, LAST_LEVEL + 1) if f"cells_{n}" in self.arrays)

    def find(self, codes: Codes, level: int = BITS) -> Ints:
        """The first row at or after each code of a level (0 to 28)."""
        kept = next((n for n in self.levels if n >= level), None)
        if kept is not None:
            wanted = (codes << np.uint64(2 * (kept - level))).astype(np.int64)
            return self._first(kept, self._search(kept, wanted))
        # Within a cell of the finest level that is kept.
        finest = self.levels[-1]
        full = codes << np.uint64(2 * (BITS - level))
        cell = (full >> np.uint64(2 * (BITS - finest))).astype(np.int64)
        low, high = (self._first(finest, self._search(finest, each)) for each in (cell, cell + 1))
        return self._bisect(low, high, (full & np.uint64((1 << LOW_BITS) - 1)).astype(np.uint32))

    def _search(self, level: int, cells: Ints) -> Ints:
        known = self.arrays[f"cells_{level}"]
        # Of the array's own type, or numpy converts the whole of it; a code beyond all is at the end.
        last = np.iinfo(known.dtype).max
        return np.where(
            cells > last, len(known), np.searchsorted(known, np.minimum(cells, last).astype(known.dtype))
        )

    def _first(self, level: int, places: Ints) -> Ints:
        return self.arrays[f"firsts_{level}"][places].astype(np.int64)

    def _bisect(self, low: Ints, high: Ints, wanted: NDArray[np.uint32]) -> Ints:
        """Each in its own run of rows: the first whose lower bits are not below."""
        codes = self.arrays["low"]
        while (open_ := low < high).any():
            middle = (low + high) >> 1
            below = open_ & (codes[np.minimum(middle, self.rows - 1)] < wanted)
            low = np.where(below, middle + 1, low)
            high = np.where(open_ & ~below, middle, high)
        return low

    def cells(self, level: int, first: int, last: int) -> tuple[Codes, Ints]:
        """The cells of a level (8 to 28) that have rows among ``first`` … ``last`` - 1, and their first rows.

        The rows are those of whole cells of this level.
        """
        if level in self.levels:
            starts = self.arrays[f"firsts_{level}"]
            a, b = np.searchsorted(starts, np.array([first, last], starts.dtype))
            return self.arrays[f"cells_{level}"][a:b].astype(np.uint64), starts[a:b].astype(np.int64)
        shift = np.uint32(2 * (BITS - level))
        bases = self.arrays[f"firsts_{BASE_LEVEL}"]
        a, b = np.searchsorted(bases, np.array([first, last], bases.dtype))
        low = self.arrays["low"][first:last] >> shift
        begins = np.empty(len(low), bool)
        begins[:1] = True
        np.not_equal(low[1:], low[:-1], out=begins[1:])
        begins[bases[a:b].astype(np.int64) - first] = True
        places = np.flatnonzero(begins)
        starts = places + first
        return self.codes(starts) >> np.uint64(2 * (BITS - level)), starts

    def codes(self, rows: Ints) -> Codes:
        """The full codes of rows."""
        base = np.searchsorted(self.arrays[f"firsts_{BASE_LEVEL}"], rows.astype(np.uint32), side="right") - 1
        cells = self.arrays[f"cells_{BASE_LEVEL}"][base].astype(np.uint64)
        return cells << np.uint64(LOW_BITS) | self.arrays["low"][rows].astype(np.uint64)

    def positions(self, rows: Ints) -> tuple[Ints, Ints]:
        """``x`` and ``y`` in units of a tile of zoom 16."""
        return separate(self.codes(rows))

    def rows_of(self, first_ids: Ints, last_ids: Ints) -> Ints:
        """The rows of the features whose number lies in one of the runs."""
        ids, by_id = self.arrays["ids"], self.arrays["by_id"]
        most = np.iinfo(ids.dtype).max
        within = first_ids <= most
        first = first_ids[within].astype(ids.dtype)
        last = np.minimum(last_ids[within], most).astype(ids.dtype)
        a = np.searchsorted(ids, first, sorter=by_id)
        b = np.searchsorted(ids, last, side="right", sorter=by_id)
        found = [by_id[i:j] for i, j in zip(a.tolist(), b.tolist(), strict=True) if j > i]
        return np.concatenate(found).astype(np.int64) if found else np.empty(0, np.int64)

    def whole(self) -> Piece:
        return self.run(0, self.rows)

    def run(self, first: int, last: int) -> Piece:
        """The rows ``first`` … ``last`` - 1, which are next to each other."""
        words = slice(first >> 6, words_of(last))
        rows = np.full(max(0, words.stop - words.start), ALL)
        if len(rows):
            rows[0] &= ALL << np.uint64(first & 63)
            rows[-1] &= ALL >> np.uint64(-last & 63)
        return Piece(words, rows)

    def runs(self, first: Ints, last: Ints) -> Piece:
        """Many runs of rows at once; none is empty, none meets another."""
        first_word, last_word = first >> 6, (last - 1) >> 6
        lengths = last_word - first_word + 1
        ends = np.cumsum(lengths)
        begins = ends - lengths
        words = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first_word - begins, lengths)
        rows = np.full(len(words), ALL)
        rows[begins] &= ALL << (first & 63).astype(np.uint64)
        rows[ends - 1] &= ALL >> (-last & 63).astype(np.uint64)
        return Piece(words, rows)

    def piece_of(self, rows: Ints) -> Piece:
        """Single rows, sorted."""
        words = rows >> 6
        bits = np.uint64(1) << (rows & 63).astype(np.uint64)
        begins = np.flatnonzero(np.diff(words, prepend=-1))
        some = np.bitwise_or.reduceat(bits, begins) if len(rows) else bits
        return Piece(words[begins], some)

    def matching(self, piece: Piece, asked: Asked, *, points_only: bool = False) -> Words:
        """The rows of a piece that match, as bits of its words."""
        if len(piece.rows) > BLOCK_WORDS:
            return np.concatenate(
                [self.matching(block, asked, points_only=points_only) for block in _blocks(piece)]
            )
        found = piece.rows.copy()
        if self.dead is not None:
            found &= ~self.dead[piece.words]
        if points_only and len(self.arrays["shape_planes"]):
            found &= ~self.arrays["shape_planes"][0][piece.words]
        for name, wanted in asked.diagrams.items():
            has = members(self.arrays[f"{name}_planes"], wanted, piece.words)
            if has is not True:
                found &= has
            # Most of a country has nothing of one oblast: the rest need not be asked.
            if not found.any():
                break
        return found

    def count(self, piece: Piece, asked: Asked) -> int:
        return bits_set(self.matching(piece, asked))

    def tally(self, piece: Piece, found: Words, column: str, sizes: int) -> Ints:
        """How many of the found rows have each code of a column."""
        codes = self.arrays[column]
        total = np.zeros(sizes, np.int64)
        for block in _blocks(Piece(piece.words, found)):
            total += np.bincount(_chosen(codes, block, sizes), minlength=sizes)[:sizes]
        return total


def _chosen(codes: NDArray[Any], found: Piece, sizes: int) -> NDArray[Any]:
    """The codes of the found rows; other rows may be among them with a code of ``sizes`` or more."""
    has = np.flatnonzero(found.rows)
    if not isinstance(found.words, slice):
        return codes[rows_set(found.rows[has], found.words[has])]
    if len(has) * 2 <= len(found.rows):
        # Few words have any: the others are not looked at.
        return codes[rows_set(found.rows[has], has + found.words.start)]
    here = codes[found.words.start * 64 : found.words.stop * 64]
    bits = np.unpackbits(found.rows.view(np.uint8), count=len(here), bitorder="little")
    if sizes > np.iinfo(here.dtype).max:
        return here[bits.view(bool)]
    # Nine times as fast: 1 - 1 leaves a code as it is, 0 - 1 sets all of its bits, and no row has that code.
    return here | bits.astype(here.dtype, copy=False) - here.dtype.type(1)


def _blocks(piece: Piece) -> Iterator[Piece]:
    """In order, of BLOCK_WORDS at most. Long runs of words become slices, whose columns are not copied."""
    for first, last in pairwise(_edges(piece.words, len(piece.rows))):
        for at in range(first, last, BLOCK_WORDS):
            end = min(at + BLOCK_WORDS, last)
            if isinstance(piece.words, slice):
                words: Chosen = slice(piece.words.start + at, piece.words.start + end)
            else:
                words = piece.words[at:end]
                if words[-1] - words[0] == end - at - 1:
                    words = slice(int(words[0]), int(words[-1]) + 1)
            yield Piece(words, piece.rows[at:end])


def _edges(words: Chosen, count: int) -> list[int]:
    """Places where long runs of words begin and end, with the first place and the last."""
    if isinstance(words, slice):
        return [0, count]
    begins = np.flatnonzero(np.diff(words, prepend=-2) != 1)
    is_long = np.diff(begins, append=count) >= LONG_RUN
    apart = is_long | np.append(True, is_long[:-1])[: len(begins)]
    return [*begins[apart].tolist(), count]
