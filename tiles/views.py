"""Addresses of tiles: ask the seam, answer."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from layers.catalogue import collection_named
from tiles.asked import asked_for, grid_of, own_parameters
from tiles.http import TILE_TYPE, data_response, numbered_response
from tiles.tilejson import tilejson


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
    asked = asked_for(name, z, x, y, request.META.get("QUERY_STRING", ""))
    if asked.etag_name is None:
        return data_response(
            request, asked.content(), content_type=TILE_TYPE, cache_control=asked.cache_control
        )
    return numbered_response(
        request,
        asked.content,
        name=asked.etag_name,
        content_type=TILE_TYPE,
        cache_control=asked.cache_control,
    )
