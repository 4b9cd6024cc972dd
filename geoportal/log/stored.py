"""The tree as the database has it."""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from geoportal.lib.sql import statement
from geoportal.log.tiles import WIDTH, TiledHashes
from geoportal.log.tree import leaf_hash


class NoSuchTile(LookupError):
    """The tree has no such tile, or not that much of it."""


@dataclass(frozen=True)
class StoredTree:
    """Reads over one connection, the primary's (geoportal/log/proofs.py says why)."""

    connection: BaseDatabaseWrapper

    def hashes(self, size: int) -> TiledHashes:
        """The hashes of the tree as it was with ``size`` leaves."""
        return TiledHashes(self.tile, size)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile, complete or not. Raises NoSuchTile."""
        if width < WIDTH:
            return self.made(level, index, width)
        return self._all(1, self._column("tile", level=level, index=index))

    def made(self, level: int, index: int, width: int) -> bytes:
        """The same from what is below: entries, or the roots of complete tiles. Raises NoSuchTile."""
        if level == 0:
            found = [leaf_hash(entry) for entry in self.entries(index * WIDTH, width)]
        else:
            found = self._column("tile_roots", level=level - 1, start=index * WIDTH, count=width)
        return self._all(width, found)

    def _all(self, count: int, found: list[bytes]) -> bytes:
        if len(found) != count:
            raise NoSuchTile("the tree has no such tile")
        return b"".join(found)

    def entries(self, start: int, count: int) -> list[bytes]:
        """Up to ``count`` entries from ``start`` on."""
        return self._column("entries", start=start, count=count)

    def _column(self, name: str, **parameters: int) -> list[bytes]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement("geoportal.log", name), parameters)
            return [bytes(value) for (value,) in cursor.fetchall()]
