"""What a tile's address asks for, and under which name the answer can be kept.

The name is made without the tile, so that who has it already is told so without a question to the database
or to the snapshot.
"""

from datetime import date
from typing import NamedTuple

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from geoportal.lib.geo import Tile
from layers.catalogue import Collection, collection_named
from layers.filters import BadParameter, Filters
from layers.rows import NotThere
from layers.snapshot import process
from layers.snapshot.state import State
from tiles.cells import Grid
from tiles.http import digest
from tiles.tile import change_number, tile_bytes

# Asked again each time, and answered with 304 while nothing has changed: an edit shows at once.
FEATURES_CACHE = "no-cache"
# An address that names the state it asks for (``v``) never has another answer.
EXACT_CACHE = "public, max-age=31536000, immutable"
# Boundaries change with a reform or a new load. Five minutes late is soon enough, and then the ETag still
# holds.
REFERENCE_CACHE = "public, max-age=300, stale-while-revalidate=86400"
# Of how a tile is made: another one when the same features would give other bytes.
TILE_FORM = 1
# Queries that are remembered while the vocabulary stays what it is.
REMEMBERED, LONGEST_REMEMBERED = 4_096, 1_000
Key = tuple[str, str, str, date]
GRIDS = {"": Grid.CLUSTERS, "coarse": Grid.COARSE, "fine": Grid.FINE}


class Query(NamedTuple):
    """The query of a tile's address. ``canonical`` is one text for one meaning."""

    filters: Filters
    grid: Grid
    version: str
    canonical: str


class Asked(NamedTuple):
    """``etag_name``: stands for the answer and no other; None where only the content can tell."""

    collection: Collection
    tile: Tile
    query: Query
    state: State | None
    etag_name: str | None
    cache_control: str

    def content(self) -> bytes:
        query = self.query
        return tile_bytes(self.collection, query.filters, self.tile, query.grid, state=self.state)


def asked_for(name: str, z: int, x: int, y: int, query_text: str) -> Asked:
    """Raises NotThere for a tile or a collection that is not, BadParameter for its query."""
    state = process.current()
    if state is None:
        return _asked(name, z, x, y, _parsed(name, query_text), state)
    key = _key(name, query_text, state)
    query = _remembered.get(key)
    if query is None:
        query = _parsed(name, query_text)
        if len(query_text) <= LONGEST_REMEMBERED:
            if len(_remembered) >= REMEMBERED:
                _remembered.clear()
            _remembered[key] = query
    return _asked(name, z, x, y, query, state)


def asked_before(name: str, z: int, x: int, y: int, query_text: str) -> Asked | None:
    """The same without a question to the database; None for a query that is not remembered. Raises
    NotThere.
    """
    state = process.current()
    query = _remembered.get(_key(name, query_text, state)) if state else None
    return _asked(name, z, x, y, query, state) if query else None


def _asked(name: str, z: int, x: int, y: int, query: Query, state: State | None) -> Asked:
    collection = collection_named(name)
    tile = tile_of(collection, z, x, y)
    if collection.kind is None:
        return Asked(collection, tile, query, state, None, REFERENCE_CACHE)
    number = change_number(collection, query.filters, tile, query.grid, state)
    if number is None or state is None:
        return Asked(collection, tile, query, state, None, FEATURES_CACHE)
    # The collection's number alone: a tile's own goes its own way and could meet one of the collection's
    # later.
    is_exact = query.version == state.collection_version(collection.kind)
    etag_name = digest(f"{TILE_FORM} {name} {z}/{x}/{y} {query.canonical} {number}".encode())
    return Asked(collection, tile, query, state, etag_name, EXACT_CACHE if is_exact else FEATURES_CACHE)


def own_parameters(collection: Collection) -> tuple[str, ...]:
    return ("grid", "v") if collection.kind else ()


def grid_of(value: str) -> Grid:
    """Raises BadParameter."""
    try:
        return GRIDS[value.strip()]
    except KeyError:
        raise BadParameter("grid", _("The grid can only be “coarse” or “fine”.")) from None


def tile_of(collection: Collection, z: int, x: int, y: int) -> Tile:
    """Raises NotThere for a tile that is not in the world, or not in the collection's zooms."""
    if not collection.min_zoom <= z <= collection.max_zoom:
        raise NotThere(
            _("This layer has tiles of zoom %(first)s to %(last)s.")
            % {"first": collection.min_zoom, "last": collection.max_zoom},
            field="z",
        )
    try:
        return Tile(z, x, y)
    except ValueError:
        raise NotThere(_("There is no such tile at this zoom."), field="x" if x >> z else "y") from None


_remembered: dict[Key, Query] = {}


def _key(name: str, query_text: str, state: State) -> Key:
    # Boundaries come into force on a day.
    return name, query_text, state.vocabulary_version, timezone.localdate()


def _parsed(name: str, text: str) -> Query:
    collection, params = collection_named(name), QueryDict(text)
    filters = collection.parse(params, own=own_parameters(collection))
    grid = grid_of(params.get("grid", ""))
    return Query(filters, grid, params.get("v", "").strip(), f"{filters.canonical()}&grid={grid.name}")
