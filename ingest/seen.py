"""Which numbers came already: 16 bytes a row, so that a file of ten million rows fits."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


class Seen:
    """A set of texts by their 128-bit digests (two of a billion texts share one with a chance of 1 in 10^21).

    Kept as sorted runs, each at least twice as long as the next, so that a look is a few binary searches.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.bytes_]] = []

    def first_time(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """True for each text that neither an earlier call nor an earlier place in ``texts`` had; remembers
        all.
        """
        joined = b"".join([blake2b(text.encode(), digest_size=16).digest() for text in texts])
        digests, first = np.unique(np.frombuffer(joined, dtype="S16"), return_index=True)
        known = np.zeros(len(digests), dtype=bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, digests), len(run) - 1)
            known |= run[at] == digests
        fresh = np.zeros(len(texts), dtype=bool)
        fresh[first[~known]] = True
        self._remember(digests[~known])
        return fresh

    def _remember(self, digests: NDArray[np.bytes_]) -> None:
        if len(digests):
            self._runs.append(digests)
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) > len(self._runs[-2]):
            self._runs[-2:] = [np.sort(np.concatenate(self._runs[-2:]), kind="stable")]
