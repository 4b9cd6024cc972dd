"""The columns of one part of a snapshot, in Morton order: made from rows, in files or in memory alike."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.snapshot.morton import BITS, Codes, Ints, interleave
from layers.snapshot.planes import bits_for, sliced
from layers.snapshot.rows import EVENTS, NEVER, Rows, Vocabulary

Arrays = dict[str, NDArray[Any]]

# A position's code has 56 bits: the upper 24 say which cell of level 12 it lies in, the rest is kept per row.
BASE_LEVEL = 12
LOW_BITS = 2 * (BITS - BASE_LEVEL)
FIRST_LEVEL, LAST_LEVEL = 8, 16
# A finer level is kept as long as its cells are so much fewer than rows.
ROWS_A_CELL = 8
FACETS = ("status", "category", "region", "received")


def columns_of(rows: Rows, vocabulary: Vocabulary) -> tuple[Arrays, dict[str, Any]]:
    """The arrays of a part and what must be known to read them."""
    codes = interleave(rows.x, rows.y)
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    arrays: Arrays = {"low": codes.astype(np.uint32)}
    arrays |= _levels(codes)
    ids = rows.id[order]
    arrays["ids"] = ids.astype(_least(ids))
    arrays["by_id"] = np.argsort(arrays["ids"], kind="stable").astype(np.uint32)
    facts: dict[str, Any] = {
        "rows": len(rows),
        "statuses": vocabulary.statuses,
        "categories": vocabulary.categories,
        "regions": vocabulary.regions,
    }
    sizes = {
        "status": len(vocabulary.statuses),
        "category": len(vocabulary.categories),
        "region": len(vocabulary.regions),
    }
    received = rows.received[order]
    first_day = int(received.min(initial=0)) if len(received) == 0 else int(received.min())
    facts["first_day"] = first_day
    numbers = {name: getattr(rows, name)[order] for name in sizes} | {"received": received - first_day}
    sizes["received"] = int(numbers["received"].max(initial=0)) + 1
    for name in FACETS:
        arrays[name] = numbers[name].astype(_least(numbers[name]))
        arrays[f"{name}_planes"] = sliced(arrays[name], bits_for(sizes[name]))
    for name in EVENTS[1:]:
        days = getattr(rows, name)[order]
        arrays[name], facts[name] = _since(days, received)
    arrays |= _shapes(rows, ids, arrays["by_id"], len(rows))
    return arrays, facts


def _levels(codes: Codes) -> Arrays:
    """For some levels, the codes of the cells that have rows, and their first rows with the end after the
    last.
    """
    arrays: Arrays = {}
    firsts: Ints | None = None
    for level in range(LAST_LEVEL, FIRST_LEVEL - 1, -1):
        shift = np.uint64(2 * (BITS - level))
        # Cells of a level begin where cells of a finer one do.
        among = codes if firsts is None else codes[firsts]
        cells = among >> shift
        begins = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]])) if len(cells) else cells
        firsts = begins.astype(np.int64) if firsts is None else firsts[begins]
        if level > BASE_LEVEL and len(firsts) * ROWS_A_CELL > len(codes):
            continue
        arrays[f"cells_{level}"] = (codes[firsts] >> shift).astype(np.uint32)
        arrays[f"firsts_{level}"] = np.append(firsts, len(codes)).astype(np.uint32)
    return arrays


def _since(days: Ints, received: Ints) -> tuple[NDArray[Any], int]:
    """Days after receipt from the earliest on, from 1; 0 for never. And the earliest."""
    been = days != NEVER
    after = np.where(been, days - received, 0)
    least = int(after[been].min(initial=0)) if been.any() else 0
    stored = np.where(been, after - least + 1, 0)
    return stored.astype(_least(stored)), least


def _shapes(rows: Rows, ids: Ints, by_id: NDArray[np.uint32], count: int) -> Arrays:
    """Lines and areas: their rows, in order, their boxes, and a plane that has their bits."""
    places = by_id[np.searchsorted(ids, rows.shape_id, sorter=by_id)] if len(rows.shape_id) else by_id[:0]
    order = np.argsort(places)
    is_shape = np.zeros(count, np.uint8)
    is_shape[places] = 1
    return {
        "shape_rows": places[order].astype(np.uint32),
        "shape_boxes": rows.shape_box[order].astype(np.int32),
        "shape_planes": sliced(is_shape, 1 if len(places) else 0),
    }


def _least(numbers: NDArray[Any]) -> type[np.unsignedinteger[Any]]:
    """The smallest unsigned type that holds them."""
    most = int(numbers.max(initial=0))
    return next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if most <= np.iinfo(kind).max)
