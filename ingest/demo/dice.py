"""Chance that can be asked again: each draw is a function of the seed, its purpose and the number of the row.

No state, no order: a row's draws are the same in whatever batch it comes, whatever else is drawn, however
many rows there are. So a larger country only adds rows, and what later describes the life of row 17 (its
supporters, its responses) can ask for exactly the draws that made row 17, or for new ones under a purpose of
its own, without changing any other.
"""

from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"): the output for a
# counter needs nothing but that counter. Its step and the two multipliers of its finaliser:
STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
MANTISSA_BITS = 53


class Dice:
    """The draws of some rows. ``stream`` keeps apart what is numbered apart, as the kinds are."""

    def __init__(self, seed: int, stream: str, rows: NDArray[Any]) -> None:
        self.seed = seed
        self.stream = stream
        self.rows = rows.astype(np.int64)
        self._steps = (self.rows.astype(np.uint64) + np.uint64(1)) * STEP

    def of(self, chosen: NDArray[Any]) -> "Dice":
        """The dice of some of the rows: a mask or indices."""
        return Dice(self.seed, self.stream, self.rows[chosen])

    def uniform(self, purpose: str) -> Floats:
        """Numbers in [0, 1), one for each row."""
        bits = self._steps + np.uint64(_key(self.seed, self.stream, purpose))
        bits = (bits ^ (bits >> np.uint64(30))) * FIRST
        bits = (bits ^ (bits >> np.uint64(27))) * SECOND
        bits ^= bits >> np.uint64(31)
        return (bits >> np.uint64(64 - MANTISSA_BITS)).astype(np.float64) / (1 << MANTISSA_BITS)

    def below(self, purpose: str, limit: Any) -> Ints:
        """Whole numbers from 0 to ``limit`` - 1; one limit, or one for each row."""
        return (self.uniform(purpose) * limit).astype(np.int64)

    def normal(self, purpose: str) -> Floats:
        """Numbers of mean 0 and deviation 1."""
        half_step = 0.5 / (1 << MANTISSA_BITS)
        return np.asarray(ndtri(self.uniform(purpose) + half_step), dtype=np.float64)

    def spread(self, purpose: str, *, median: Any, sigma: float) -> Floats:
        """Positive numbers around a median, now and then much larger (log-normal)."""
        return np.asarray(median * np.exp(sigma * self.normal(purpose)), dtype=np.float64)

    def pick(self, purpose: str, weights: Any) -> Ints:
        """Indices drawn by weight. The weights may be 2-D: then row ``i`` draws by ``weights[i]``."""
        cumulative = np.cumsum(np.asarray(weights, dtype=np.float64), axis=-1)
        drawn = self.uniform(purpose)
        if cumulative.ndim == 1:
            return np.searchsorted(cumulative, drawn * cumulative[-1], side="right").astype(np.int64)
        return (cumulative <= (drawn * cumulative[:, -1])[:, None]).sum(axis=1).astype(np.int64)


@cache
def _key(seed: int, stream: str, purpose: str) -> int:
    name = f"{seed}\0{stream}\0{purpose}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
