"""What is reported where and when: the weights of the categories by kind, place, climate and month."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ingest.demo.dice import Floats
from ingest.demo.facts import table
from ingest.demo.places import Size
from layers.statuses import Kind

MONTHS = 12
CLIMATES = ("north", "south")
# How far a place of each size is from a city towards a village, in what is reported there.
RURAL = {Size.CITY: 0.0, Size.TOWN: 0.45, Size.VILLAGE: 1.0, Size.HAMLET: 1.0}


@dataclass(frozen=True)
class Mix:
    """``weights[size, climate, month, category]``; the other columns describe the last axis.

    ``days``: how long an akimat of usual speed takes, as a median.
    """

    categories: tuple[str, ...]
    weights: Floats
    days: Floats
    shapes: tuple[str, ...]

    def index(self, category: str) -> int:
        return self.categories.index(category)

    @property
    def months(self) -> Floats:
        """How much is reported in each month, around 1: as in a city of the north."""
        totals = np.asarray(self.weights[Size.CITY, 0].sum(axis=1), dtype=np.float64)
        return totals / totals.mean()


@cache
def mix_of(kind: Kind) -> Mix:
    """Needs and initiatives know only the seasons of those who have time to write them."""
    rows = [row for row in table("mix") if kind == Kind.PROBLEM or float(row[kind.value]) > 0]
    weights = np.zeros((len(Size), len(CLIMATES), MONTHS, len(rows)))
    for column, row in enumerate(rows):
        city, village = float(row["city"]), float(row["village"])
        for size, rural in RURAL.items():
            here = city * (1 - rural) + village * rural
            if kind != Kind.PROBLEM:
                # What is never missed in a village (a lift) is not wanted there either.
                here = float(row[kind.value]) * here / max(city, village)
            weights[size, 0, :, column] = here
            weights[size, 1, :, column] = here * float(row["south"])
        if kind == Kind.PROBLEM:
            weights[..., column] *= _months(row["season"])
    return Mix(
        categories=tuple(row["category"] for row in rows),
        weights=weights,
        days=np.array([float(row["days"]) for row in rows]),
        shapes=tuple(row["shape"] for row in rows),
    )


def _months(season: str) -> Floats:
    """The shape of a season over the months, 1 on average."""
    (row,) = (row for row in table("seasons") if row["season"] == season)
    months = np.array([float(row[str(month)]) for month in range(1, MONTHS + 1)])
    return months / months.mean()
