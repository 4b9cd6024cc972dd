"""Whether tiles and heads are those of the entries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from geoportal.log.audit.finding import Fault, Finding, Tally
from geoportal.log.audit.leaves import Clock
from geoportal.log.note import BadNote, Checkpoint, Verifier, open_checkpoint
from geoportal.log.tiles import HASH_BYTES, WIDTH, split_hashes
from geoportal.log.tree import Frontier, fold

# (level, index, hashes, root), in this order.
StoredTile = tuple[int, int, bytes, bytes]
# (size, root, checkpoint, signed_at), by size.
StoredHead = tuple[int, bytes, str, datetime]


# Stands for a leaf that is not there, so that those after it keep their places.
MISSING = bytes(HASH_BYTES)


def _nowhere(height: int, index: int) -> bytes:
    raise LookupError("an empty tree has no hashes")


class TreeCheck:
    """Is told the leaves one after the other, and keeps nothing of them but what the tree above needs."""

    def __init__(
        self,
        *,
        tiles: Iterator[Any],
        heads: Iterator[Any],
        keys: list[tuple[Verifier, int | None]],
        noted: Checkpoint | None,
        clock: Clock,
        tally: Tally,
    ) -> None:
        """``tiles``: StoredTile, ``heads``: StoredHead; ``noted``: the head that is noted beside the key."""
        self.tiles, self.heads, self.keys, self.tally = tiles, heads, keys, tally
        self.noted, self.clock = noted, clock
        self.noted_size = noted.size if noted else -1
        self.frontier = Frontier(_nowhere, 0)
        self.leaves: list[bytes] = []
        self.roots: list[bytes] = []
        self.head: StoredHead | None = next(heads, None)
        self.signed_before = 0
        self.is_forked = False

    def leaf(self, found: bytes, findings: list[Finding]) -> None:
        """The next leaf's hash; adds what the tree so far shows."""
        if self.head is not None and self.head[0] == self.frontier.size:
            findings.extend(self._heads())
        if self.frontier.size == self.noted_size:
            findings.extend(self._noted())
        self.frontier.push(found)
        self.leaves.append(found)
        if len(self.leaves) == WIDTH:
            root = fold(self.leaves)
            findings.extend(self._tile(0, len(self.roots), self.leaves, root))
            self.roots.append(root)
            self.leaves = []

    def end(self) -> Iterator[Finding]:
        """After the last leaf: the levels above, and heads that the tree does not reach."""
        yield from self._heads()
        yield from self._noted()
        level, below = 1, self.roots
        while len(below) >= WIDTH:
            above = []
            for index in range(len(below) // WIDTH):
                hashes = below[index * WIDTH : (index + 1) * WIDTH]
                above.append(fold(hashes))
                yield from self._tile(level, index, hashes, above[-1])
            level, below = level + 1, above
        for level, index, _, _ in self.tiles:
            yield Finding(Fault.ALTERED_TILE, detail=f"tile {level}/{index} is of no tree")
        if self.noted_size > self.frontier.size:
            detail = f"the key has signed it, and the tree has {self.frontier.size} entries"
            yield Finding(Fault.HEAD_BEYOND_TREE, index=self.noted_size, detail=detail)
        while self.head is not None:
            detail = f"the tree has {self.frontier.size} entries"
            yield Finding(Fault.HEAD_BEYOND_TREE, index=self.head[0], detail=detail)
            self.head = next(self.heads, None)

    def _tile(self, level: int, index: int, hashes: list[bytes], root: bytes) -> Iterator[Finding]:
        self.tally.tiles += 1
        stored = next(self.tiles, None)
        if stored is None or stored[:2] != (level, index):
            if stored is not None:
                self.tiles = _put_back(stored, self.tiles)
            yield Finding(Fault.MISSING_TILE, detail=f"tile {level}/{index}")
        elif stored[2] != b"".join(hashes):
            yield from self._difference(stored, hashes)
        elif stored[3] != root:
            yield Finding(Fault.ALTERED_TILE, detail=f"the root of tile {level}/{index}")

    def _difference(self, stored: StoredTile, hashes: list[bytes]) -> Iterator[Finding]:
        """Whose fault it is that a tile is not that of its entries: a tile that agrees with its own root is
        the one that was signed.
        """
        level, index, found, root = stored
        kept = split_hashes(bytes(found))
        if level > 0 or len(kept) != WIDTH or fold(kept) != root:
            yield Finding(Fault.ALTERED_TILE, detail=f"tile {level}/{index}")
            return
        for place, (was, now) in enumerate(zip(kept, hashes, strict=True)):
            if was != now and now != MISSING:
                yield Finding(Fault.ALTERED_ENTRY, index=index * WIDTH + place)

    def _heads(self) -> Iterator[Finding]:
        """Every head of this size: there is one."""
        while self.head is not None and self.head[0] == self.frontier.size:
            self.tally.heads += 1
            size, root, note, signed_at = self.head
            yield from self.clock.head(signed_at)
            if not self.is_forked and bytes(root) != self.frontier.root():
                self.is_forked = True
                detail = f"entries {self.signed_before} to {size - 1} are not those that were signed"
                yield Finding(Fault.FORKED_HEAD, index=size, detail=detail)
            yield from self._signatures(size, bytes(root), note)
            self.signed_before = size
            self.head = next(self.heads, None)

    def _noted(self) -> Iterator[Finding]:
        """What the key last signed may be a head that the database does not have, of a tree that it has."""
        noted, size = self.noted, self.frontier.size
        if noted is None or noted.size != size or self.is_forked:
            return
        if noted.root != self.frontier.root():
            yield Finding(Fault.FORKED_HEAD, index=size, detail="the key has signed another root")

    def _signatures(self, size: int, root: bytes, note: str) -> Iterator[Finding]:
        origin = note.partition("\n")[0]
        wanted = self._in_office(origin, size)
        try:
            checkpoint, signed_by = open_checkpoint(note, wanted)
        except BadNote as error:
            yield Finding(Fault.UNSIGNED_HEAD, index=size, detail=str(error))
            return
        if checkpoint != Checkpoint(origin, size, root):
            yield Finding(Fault.UNSIGNED_HEAD, index=size, detail="what was signed is another head")
        elif len(signed_by) < len(wanted):
            yield Finding(Fault.UNSIGNED_HEAD, index=size, detail="not signed by every key in office")

    def _in_office(self, origin: str, size: int) -> list[Verifier]:
        """Who had to sign this head (geoportal/log/offices.py)."""
        wanted: list[Verifier] = []
        for verifier, entry in self.keys:
            if verifier.name != origin:
                continue
            if entry is None or entry < self.signed_before:
                wanted = [verifier]
            elif entry < size:
                wanted.append(verifier)
        return wanted


def _put_back(tile: StoredTile, tiles: Iterator[StoredTile]) -> Iterator[Any]:
    yield tile
    yield from tiles
