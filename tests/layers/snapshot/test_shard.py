"""Rows of a part, chosen and tallied in blocks and runs, are those that are chosen and tallied one by one."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.snapshot import shard as module
from layers.snapshot.planes import Diagram, bits_for, diagram, rows_set, sliced
from layers.snapshot.shard import Asked, Piece, Shard

ROWS = 64 * 40 - 7


def a_shard(codes: np.ndarray) -> Shard:
    arrays = {
        "region": codes,
        "region_planes": sliced(codes, bits_for(int(codes.max()) + 1)),
        "shape_planes": np.empty((0, 0), np.uint64),
    }
    return Shard(arrays, {"rows": len(codes)})


@pytest.mark.parametrize(
    ("kind", "most"), [(np.uint8, 6), (np.uint8, 254), (np.uint8, 255), (np.uint16, 300)]
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1), runs=st.lists(st.integers(1, 900), max_size=8), block=st.integers(1, 12)
)
def test_blocks_of_runs_are_the_rows_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[np.unsignedinteger],
    most: int,
    seed: int,
    runs: list[int],
    block: int,
) -> None:
    monkeypatch.setattr(module, "BLOCK_WORDS", block)
    monkeypatch.setattr(module, "LONG_RUN", 3)
    random = np.random.default_rng(seed)
    codes = random.integers(0, most + 1, ROWS).astype(kind)
    table = random.random(most + 1) < random.random()
    asked: Diagram = diagram(table, bits_for(int(codes.max()) + 1))
    part = a_shard(codes)
    edges = np.unique(np.clip(np.cumsum(runs), 0, ROWS)) if runs else np.empty(0, np.int64)
    first, last = edges[0 : len(edges) - len(edges) % 2 : 2], edges[1::2]
    pieces = [part.runs(first.astype(np.int64), last.astype(np.int64)), part.run(65, ROWS - 1), part.whole()]
    pieces.append(part.piece_of(np.unique(random.integers(0, ROWS, 200))))
    for piece in pieces:
        inside = rows_set(piece.rows, piece.words)
        expected = inside[table[codes[inside]]]
        wanted = Asked({} if asked is True else {"region": asked})
        found = part.matching(piece, wanted)
        assert rows_set(found, piece.words).tolist() == expected.tolist()
        tallied = part.tally(Piece(piece.words, found), found, "region", most + 1)
        assert tallied.tolist() == np.bincount(codes[expected], minlength=most + 1).tolist()
