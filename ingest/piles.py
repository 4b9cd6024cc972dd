"""Piles: many rows on exactly one coordinate, the mark of a geocoder's default."""

import numpy as np
from numpy.typing import NDArray

# How many coordinates are remembered.
KEPT = 10_000
# A pile is more rows than this, and more than this share of the file.
FEW, SHARE = 50, 0.005


class Piles:
    """Counts of coordinates in bounded memory (Misra and Gries, 1982).

    Whatever the order of the rows, a coordinate with more than 1/10,000 of them is still there at the end,
    and its count is too low by no more than that; exact as long as the file has no more than 10,000
    coordinates.
    """

    def __init__(self) -> None:
        # A coordinate is one complex number, longitude + latitude i, so that numpy sorts and counts them.
        self._places = np.empty(0, dtype=complex)
        self._counts = np.empty(0, dtype=np.int64)
        self._rows = 0

    def add(self, lonlat: NDArray[np.float64]) -> None:
        """``lonlat``: (n, 2) degrees, not a number where the row is no point."""
        points = lonlat[~np.isnan(lonlat[:, 0])]
        self._rows += len(points)
        places = np.concatenate([self._places, points[:, 0] + 1j * points[:, 1]])
        weights = np.concatenate([self._counts, np.ones(len(points), dtype=np.int64)])
        self._places, where = np.unique(places, return_inverse=True)
        self._counts = np.bincount(where, weights, minlength=len(self._places)).astype(np.int64)
        if len(self._counts) > KEPT:
            self._counts -= np.partition(self._counts, -KEPT - 1)[-KEPT - 1]
            kept = self._counts > 0
            self._places, self._counts = self._places[kept], self._counts[kept]

    def found(self) -> list[tuple[tuple[float, float], int]]:
        """``((lon, lat), rows)`` of each pile, the highest first."""
        least = max(FEW, SHARE * self._rows)
        high = [i for i in np.argsort(-self._counts, kind="stable").tolist() if self._counts[i] > least]
        return [
            ((self._places[i].real.item(), self._places[i].imag.item()), int(self._counts[i])) for i in high
        ]
