"""Which rows have one of some codes, asked of bits instead of rows: 64 rows in each operation.

A column of codes is kept as bit slices (O'Neil, Quass 1997, "Improved query performance with variant
indexes"): plane k holds bit k of every row's code, row 64 w + i in bit i of word w. A set of codes is a table
of yes and no; asking the planes follows its halves, like a decision diagram, so a range of codes costs two
operations a bit, and a whole half costs none.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Table = NDArray[np.bool_]
# Words of the whole column, or some of them: a run, or their numbers.
Chosen = slice | NDArray[np.int64]

ALL_ROWS = slice(0, None)
# Larger runs are asked in pieces whose intermediate results stay in the processor's cache.
BLOCK_WORDS = 4_096


def words_of(rows: int) -> int:
    return -(-rows // 64)


def sliced(codes: NDArray[np.integer], bits: int) -> Words:
    """The planes of codes, the highest bit first: an array of (bits, words)."""
    planes = np.zeros((bits, words_of(len(codes)) * 8), np.uint8)
    for number in range(bits):
        packed = np.packbits((codes >> (bits - 1 - number) & 1).astype(bool), bitorder="little")
        planes[number, : len(packed)] = packed
    return planes.view(np.uint64)


def bits_for(codes: int) -> int:
    """How many bits codes 0 … ``codes`` - 1 need."""
    return max(0, codes - 1).bit_length()


class Node(NamedTuple):
    """Of a decision diagram: which plane to look at, and what its bit leads to."""

    plane: int
    low: "Node | bool"
    high: "Node | bool"


Diagram = Node | bool


def diagram(table: Table, bits: int) -> Diagram:
    """How to ask planes of so many bits for the codes of a table."""
    full = np.full(1 << bits, bool(table[-1]) if len(table) else False)
    # No row has a code beyond the table: those follow the last one, which asks the least.
    full[: len(table)] = table[: 1 << bits]
    return _diagram(full, 0)


def _diagram(table: Table, plane: int) -> Diagram:
    if table.all():
        return True
    if not table.any():
        return False
    low, high = table[: len(table) // 2], table[len(table) // 2 :]
    if np.array_equal(low, high):
        return _diagram(low, plane + 1)
    return Node(plane, _diagram(low, plane + 1), _diagram(high, plane + 1))


def members(planes: Words, asked: Diagram, chosen: Chosen) -> Words | bool:
    """The rows among the chosen words whose code is asked for; True or False when all or none are."""
    if isinstance(asked, bool):
        return asked
    plane = planes[asked.plane][chosen]
    low, high = members(planes, asked.low, chosen), members(planes, asked.high, chosen)
    if isinstance(high, bool):
        if isinstance(low, bool):
            return plane if high else ~plane
        return _into(np.bitwise_or, low, plane) if high else _into(np.bitwise_and, ~plane, low)
    if isinstance(low, bool):
        return _into(np.bitwise_or, ~plane, high) if low else _into(np.bitwise_and, high, plane)
    # Where the plane's bit is set the one, else the other.
    differing = _into(np.bitwise_xor, high, low)
    return _into(np.bitwise_xor, _into(np.bitwise_and, differing, plane), low)


def _into(operation: np.ufunc, words: Words, other: Words) -> Words:
    """Written over ``words`` where they are nobody else's: memory that is at hand is half of the speed."""
    result: Words = operation(words, other, out=words if words.base is None else None)
    return result


def bits_set(words: Words) -> int:
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def rows_set(words: Words, chosen: Chosen) -> NDArray[np.int64]:
    """The rows whose bit is set, in order of the words given."""
    bits = np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
    if isinstance(chosen, slice):
        return bits + chosen.start * 64
    return chosen[bits >> 6] * 64 + (bits & 63)


class Ranks:
    """How many set bits lie before a row; which row has the n-th."""

    def __init__(self, words: Words, first_row: int) -> None:
        self.words = words
        self.first_row = first_row  # of the first word: a multiple of 64
        self.before = np.zeros(len(words) + 1, np.uint32)
        np.cumsum(np.bitwise_count(words), out=self.before[1:])

    def at(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Set bits before each row. Rows before the words or behind them are at their ends."""
        place = np.clip(rows.astype(np.int64) - self.first_row, 0, len(self.words) * 64)
        word, bit = place >> 6, (place & 63).astype(np.uint64)
        last = np.minimum(word, len(self.words) - 1)
        part = np.bitwise_count(self.words[last] & (np.uint64(1) << bit) - np.uint64(1))
        return self.before[word].astype(np.int64) + np.where(word == last, part, 0)

    def rows(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the set bits with these ranks, counted from nought."""
        word = np.searchsorted(self.before, ranks.astype(np.uint32), side="right") - 1
        bits = np.unpackbits(self.words[word][:, None].view(np.uint8), axis=1, bitorder="little")
        wanted = (ranks - self.before[word] + 1)[:, None]
        return self.first_row + word * 64 + (np.cumsum(bits, axis=1) == wanted).argmax(axis=1)
