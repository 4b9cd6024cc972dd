"""docs/benchmarks.md and its plots out of a run."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill

from tests.benchmarks.snapshot import plot
from tests.benchmarks.snapshot.cold import Cold
from tests.benchmarks.snapshot.findings import Section
from tests.benchmarks.snapshot.growth import Step
from tests.benchmarks.snapshot.timing import spread
from tests.benchmarks.snapshot.workload import SEED, SHARE_FILTERED, ZOOMS, Query

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"
COLUMNS = 120

TEXT = """\
# How fast it is

Written by `make bench ARGS=snapshot`, which measures and says for each aim whether it is met. Nothing here is
edited by hand: run it on your machine and compare.

{machine}
- **Data**: {rows:,} problems of the [demonstration country](demo.md), in the [snapshot](snapshot.md)

## What was aimed at

{smaller}| | aim | found | | |
|---|---:|---:|---|---|
{aims}

**{met} of {measured} aims are met.** A ratio to a rival is of the same run: same machine, same rows, same
questions. Answers were compared, because a tile that lacks something is no faster tile.

## How it was measured

The question is always the same: {count} random tiles of zoom 0 to 16. Each lies around a random problem, so
most are where most people live, and each has a random mix of filters: a group of statuses, a category or a
group of them, an oblast or a rayon, a period, each with a chance of {chance:.0%}. The seed is {seed}: on the
same data everybody asks the same.

*p50* is the median, *p95* what 95 of 100 stay below. *Cold* means that the answer is made anew, with the file
in the page cache; *warm* that the reader has it already and is told so (304). Times are milliseconds.

![Milliseconds by zoom, ours, DuckDB and SQL](images/benchmark-zooms.svg)

![Milliseconds by number of problems](images/benchmark-growth.svg)

{sections}
"""


SMALLER = """\
The aims are those for ten million problems. **This run had {rows:,}**: times are easier to reach with so few,
and ratios to what goes through the whole table are harder.

"""
# Of those, a few are hidden.
AIMED_AT, ALMOST = 10_000_000, 0.9


def document(sections: list[Section], machine: list[str], rows: int, count: int) -> str:
    aims = [aim for section in sections for aim in section.aims]
    measured = [aim for aim in aims if aim.found is not None]
    return TEXT.format(
        machine="\n".join(machine),
        rows=rows,
        smaller=SMALLER.format(rows=rows) if rows < AIMED_AT * ALMOST else "",
        aims="\n".join(aim.row() for aim in aims),
        met=sum(aim.verdict == "met" for aim in measured),
        measured=len(measured),
        count=count,
        chance=SHARE_FILTERED,
        seed=SEED,
        sections="\n\n".join(
            "\n\n".join([f"## {each.title}", *map(_filled, each.text)]) for each in sections
        ),
    )


def _filled(text: str) -> str:
    """A paragraph in lines of readable length; tables as they are."""
    return (
        text if text.startswith("|") else fill(text, COLUMNS, break_long_words=False, break_on_hyphens=False)
    )


def plots(
    queries: list[Query], cold: Cold, by_duckdb: list[float] | None, steps: list[Step]
) -> Mapping[str, str]:
    """By the name of the file."""
    zooms = [z for z in ZOOMS if any(query.tile.z == z for query in queries)]
    everyone: dict[str, Mapping[int, float]] = {"ours": dict(enumerate(cold.ours))}
    if by_duckdb:
        everyone["DuckDB, 2 threads"] = dict(enumerate(by_duckdb))
    everyone["SQL"] = cold.sql
    series = {}
    for name, times in everyone.items():
        spreads = [spread([ms for n, ms in times.items() if queries[n].tile.z == z]) for z in zooms]
        series[f"{name}, p50"] = [each.p50 for each in spreads]
        series[f"{name}, p95"] = [each.p95 for each in spreads]
    return {
        "benchmark-zooms.svg": plot.lines("A filtered tile, cold", "zoom", [str(z) for z in zooms], series),
        "benchmark-growth.svg": plot.lines(
            "The same tiles as the problems grow in number",
            "problems",
            [f"{step.rows:,}" for step in steps],
            {
                "ours, p50": [step.times.p50 for step in steps],
                "ours, p95": [step.times.p95 for step in steps],
                "ours, worst": [step.times.worst for step in steps],
            },
        ),
    }


def write(text: str, images: Mapping[str, str]) -> None:
    DOCUMENT.write_text(text, encoding="utf-8")
    for name, image in images.items():
        (IMAGES / name).write_text(image, encoding="utf-8")
