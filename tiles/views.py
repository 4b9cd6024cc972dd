"""Addresses of tiles: parse, ask the seam, answer."""

import json
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from geoportal.lib.geo import Tile
from layers.catalogue import Collection, collection_named
from layers.filters import BadParameter, Filters
from layers.rows import NotThere
from layers.snapshot import process
from layers.snapshot.live import State
from tiles.cells import Grid
from tiles.http import TILE_TYPE, data_response, digest, numbered_response
from tiles.tile import change_number, tile_bytes
from tiles.tilejson import tilejson

# Asked again each time, and answered with 304 while nothing has changed: an edit shows at once.
FEATURES_CACHE = "no-cache"
# An address that names the state it asks for (``v``) never has another answer.
EXACT_CACHE = "public, max-age=31536000, immutable"
# Of how a tile is made: another one when the same features would give other bytes.
TILE_FORM = "1"
# Addresses whose query is remembered, so that who has the tile already is told so without a question to the
# database.
REMEMBERED = 4_096
# Boundaries change with a reform or a new load. Five minutes late is soon enough, and then the ETag still
# holds.
REFERENCE_CACHE = "public, max-age=300, stale-while-revalidate=86400"
GRIDS = {"": Grid.CLUSTERS, "coarse": Grid.COARSE, "fine": Grid.FINE}


@csrf_exempt
@require_safe
def description(request: HttpRequest, name: str) -> HttpResponse:
    collection = collection_named(name)
    filters = collection.parse(request.GET, own=own_parameters(collection))
    grid_of(request.GET.get("grid", ""))
    document = tilejson(
        collection, filters, address=request.build_absolute_uri(f"{name}/"), asked=request.GET
    )
    response = data_response(
        request,
        json.dumps(document, ensure_ascii=False).encode(),
        content_type="application/json",
        cache_control="no-cache",
        vary=("Accept-Language", "Cookie"),
    )
    response.headers["Content-Language"] = get_language() or ""
    return response


@csrf_exempt
@require_safe
def tile(request: HttpRequest, name: str, z: int, x: int, y: int) -> HttpResponse:
    collection = collection_named(name)
    asked = tile_of(collection, z, x, y)
    state = process.current()
    query = parsed(collection, request.META.get("QUERY_STRING", ""), state)
    number = change_number(collection, query.filters, asked, query.grid, state)

    def make() -> bytes:
        return tile_bytes(collection, query.filters, asked, query.grid, state=state)

    if number is None or state is None or collection.kind is None:
        cache_control = FEATURES_CACHE if collection.kind else REFERENCE_CACHE
        return data_response(request, make(), content_type=TILE_TYPE, cache_control=cache_control)
    is_exact = query.version in {number, state.collection_version(collection.kind)}
    return numbered_response(
        request,
        make,
        name=digest(f"{TILE_FORM} {name} {z}/{x}/{y} {query.canonical} {number}".encode()),
        content_type=TILE_TYPE,
        cache_control=EXACT_CACHE if is_exact else FEATURES_CACHE,
    )


class Query(NamedTuple):
    """What the address of a tile asks for. ``canonical`` is one text for one meaning."""

    filters: Filters
    grid: Grid
    version: str
    canonical: str


def parsed(collection: Collection, text: str, state: State | None) -> Query:
    """The query of an address, remembered for as long as the vocabulary stays what it is. BadParameter."""
    if state is None:
        return _parsed(collection, text)
    # Boundaries come into force on a day.
    return _remembered(collection, text, state.vocabulary_version, timezone.localdate())


@lru_cache(REMEMBERED)
def _remembered(collection: Collection, text: str, vocabulary: str, day: date) -> Query:
    return _parsed(collection, text)


def _parsed(collection: Collection, text: str) -> Query:
    params = QueryDict(text)
    filters = collection.parse(params, own=own_parameters(collection))
    grid = grid_of(params.get("grid", ""))
    return Query(filters, grid, params.get("v", "").strip(), f"{filters.canonical()}&grid={grid.name}")


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
