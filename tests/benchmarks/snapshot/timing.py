"""How long things take, in milliseconds, and how such numbers are written."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np


class Spread(NamedTuple):
    """Of many times."""

    p50: float
    p95: float
    worst: float
    total: float


def spread(times: Sequence[float]) -> Spread:
    if not times:
        return Spread(math.nan, math.nan, math.nan, 0.0)
    p50, p95 = np.percentile(times, [50, 95]).tolist()
    return Spread(p50, p95, max(times), sum(times))


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def medians(works: Sequence[Callable[[], Any]], *, passes: int) -> list[float]:
    """The median time of each. One pass after the other, so that what disturbs hits a work once."""
    runs = [[timed(work) for work in works] for _ in range(passes)]
    return [statistics.median(times) for times in zip(*runs, strict=True)]


def merged(*runs: Sequence[float]) -> list[float]:
    """The median of each of several runs."""
    return [statistics.median(times) for times in zip(*runs, strict=True)]


def figure(number: float) -> str:
    """Two or three digits that count."""
    if math.isnan(number):
        return "–"
    size = abs(number)
    places = 0 if size >= 100 or number == int(number) else 1 if size >= 1 else 2 if size >= 0.1 else 3
    return f"{number:,.{places}f}"
