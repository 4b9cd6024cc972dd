"""Counts cells in DuckDB, in a Python of its own: ``python in_duckdb.py FOLDER``.

FOLDER has the columns (``rows.npz``, in the order of the snapshot, so that DuckDB can leave out blocks by
their least and greatest values) and ``queries.json``; ``answers.npz`` and ``times.json`` are written there.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import duckdb  # type: ignore[import-not-found]
import numpy as np

PASSES = 3
COLUMNS = ("cell_x", "cell_y", "size", "sum_x", "sum_y")


def main(folder: Path) -> None:
    connection = duckdb.connect()
    with np.load(folder / "rows.npz") as loaded:
        rows = dict(loaded)  # noqa: F841 (DuckDB finds it by its name)
    connection.execute("CREATE TABLE features AS SELECT * FROM rows")
    queries = json.loads((folder / "queries.json").read_text())
    times: dict[str, list[float]] = {}
    for threads in (2, 1):
        connection.execute(f"SET threads = {threads}")
        runs = []
        for _ in range(PASSES + 1):
            run = []
            for query in queries:
                begun = time.perf_counter()
                connection.execute(query).fetchnumpy()
                run.append((time.perf_counter() - begun) * 1e3)
            runs.append(run)
        # The first brings everything into memory.
        times[str(threads)] = [statistics.median(each) for each in zip(*runs[1:], strict=True)]
    answers = [connection.execute(query).fetchnumpy() for query in queries]
    np.savez(
        folder / "answers.npz",
        allow_pickle=False,
        ends=np.cumsum([len(answer["size"]) for answer in answers]),
        **{name: np.concatenate([answer[name] for answer in answers]) for name in COLUMNS},
    )
    memory_mb = (
        connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0] / 1e6
    )
    told = {"version": duckdb.__version__, "times": times, "memory_mb": float(memory_mb)}
    (folder / "times.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
