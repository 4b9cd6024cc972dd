"""Places along a Morton curve: the bits of x and y in turns, so that every tile is one run of numbers.

Positions here have 28 bits an axis, the unit of a tile of zoom 16 (the stored ones have 30, see
geoportal.lib.geo). Arrays in, arrays out. The spreading of bits is that of Knuth's "magic masks" (TAOCP
7.1.3).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoportal.lib.geo import POSITION_BITS

Codes = NDArray[np.uint64]
Ints = NDArray[np.int64]

BITS = 28
DROPPED_BITS = POSITION_BITS - BITS
SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
# A rectangle's border is told apart row by row: the finer its cells, the fewer rows, the more cells.
BORDER_PARTS = 64
SHORT_SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


def interleave(x: NDArray[np.integer], y: NDArray[np.integer]) -> Codes:
    """The codes of positions of up to 32 bits; y has the higher bit of each pair."""
    return _spread(x) | _spread(y) << np.uint64(1)


def separate(codes: Codes) -> tuple[Ints, Ints]:
    """``x`` and ``y`` of codes."""
    return _gathered(codes).astype(np.int64), _gathered(codes >> np.uint64(1)).astype(np.int64)


def separate_short(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The same for codes of 32 bits, in half the time."""
    return _short_gathered(codes), _short_gathered(codes >> np.uint32(1))


def code(x: int, y: int) -> int:
    return int(interleave(np.array([x], np.uint64), np.array([y], np.uint64))[0])


class Cover(NamedTuple):
    """Cells of a rectangle as runs of full codes, half open: wholly inside, or cut by its border."""

    inside: tuple[Codes, Codes]
    border: tuple[Codes, Codes]


def cover(west: int, north: int, east: int, south: int) -> Cover:
    """Cells that meet the rectangle of positions ``west <= x <= east, north <= y <= south``.

    Inside are those that do not touch its outermost positions. The others are at most a 64th of its longer
    side wide.
    """
    none = np.empty(0, np.uint64)
    found: dict[bool, list[tuple[Codes, Codes]]] = {True: [(none, none)], False: [(none, none)]}
    x, y = np.zeros(1, np.int64), np.zeros(1, np.int64)
    finest = max(1, max(east - west, south - north) // BORDER_PARTS).bit_length() - 1
    for size_bits in range(BITS, finest - 1, -1):
        first_x, first_y = x << size_bits, y << size_bits
        last_x, last_y = first_x + (1 << size_bits), first_y + (1 << size_bits)
        meets = (first_x <= east) & (last_x > west) & (first_y <= south) & (last_y > north)
        within = meets & (first_x > west) & (last_x <= east) & (first_y > north) & (last_y <= south)
        found[True].append(_runs(x[within], y[within], size_bits))
        rest = meets & ~within
        x, y = x[rest], y[rest]
        if size_bits == finest:
            found[False].append(_runs(x, y, size_bits))
            break
        x = ((x << 1)[:, None] + np.array([0, 1, 0, 1])).ravel()
        y = ((y << 1)[:, None] + np.array([0, 0, 1, 1])).ravel()
    return Cover(_joined(found[True]), _joined(found[False]))


def _runs(x: Ints, y: Ints, size_bits: int) -> tuple[Codes, Codes]:
    first = interleave(x, y) << np.uint64(2 * size_bits)
    return first, first + np.uint64(1 << 2 * size_bits)


def _joined(parts: list[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    """Sorted, and neighbours made one."""
    first = np.concatenate([part[0] for part in parts])
    last = np.concatenate([part[1] for part in parts])
    order = np.argsort(first)
    first, last = first[order], last[order]
    if len(first) == 0:
        return first, last
    apart = first[1:] != last[:-1]
    return first[np.concatenate([[True], apart])], last[np.concatenate([apart, [True]])]


def _spread(numbers: NDArray[np.integer]) -> Codes:
    bits = numbers.astype(np.uint64)
    for shift, mask in SPREAD:
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits


def _gathered(codes: Codes) -> Codes:
    bits = codes & np.uint64(SPREAD[-1][1])
    for (shift, _), (_, mask) in zip(
        reversed(SPREAD), [*reversed(SPREAD[:-1]), (0, 0xFFFFFFFF)], strict=True
    ):
        bits = (bits | bits >> np.uint64(shift)) & np.uint64(mask)
    return bits


def _short_gathered(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    bits = codes & np.uint32(SHORT_SPREAD[-1][1])
    masks = [mask for _, mask in reversed(SHORT_SPREAD[:-1])] + [0xFFFF]
    for (shift, _), mask in zip(reversed(SHORT_SPREAD), masks, strict=True):
        bits = (bits | bits >> np.uint32(shift)) & np.uint32(mask)
    return bits
