"""Addresses of tiles: parse, ask the seam, answer."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from geoportal.lib.geo import Tile
from layers.catalogue import Collection, collection_named
from layers.filters import BadParameter
from layers.rows import NotThere
from tiles.cells import Grid
from tiles.http import TILE_TYPE, data_response
from tiles.tile import tile_bytes
from tiles.tilejson import tilejson

# Asked again each time, and answered with 304 while nothing has changed: an edit shows at once.
FEATURES_CACHE = "no-cache"
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
    filters = collection.parse(request.GET, own=own_parameters(collection))
    return data_response(
        request,
        tile_bytes(collection, filters, asked, grid_of(request.GET.get("grid", ""))),
        content_type=TILE_TYPE,
        cache_control=FEATURES_CACHE if collection.kind else REFERENCE_CACHE,
    )


def own_parameters(collection: Collection) -> tuple[str, ...]:
    return ("grid",) if collection.kind else ()


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
