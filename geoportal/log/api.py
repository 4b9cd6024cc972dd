"""``/log/…`` for programs: c2sp.org/tlog-tiles, and the same as JSON for whoever wants to look."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geoportal.log.asked import BadQuestion, NotInLog, numbers
from geoportal.log.models import Head
from geoportal.log.proofs import consistency, first_head_over, inclusion, keys, last_head, stored
from geoportal.log.tiles import WIDTH, TilePlace, bundle, width_at
from geoportal.log.tree import leaf_hash

# A complete tile never changes.
FOR_EVER = "public, max-age=31536000, immutable"
# A partial one is there until it is complete, a head until the next second.
NOT_KEPT = "no-store"
MOST_ENTRIES = 256


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    numbers(request.GET.dict())
    return _answer(_head().checkpoint.encode(), "text/plain; charset=utf-8", NOT_KEPT)


@require_safe
def tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    numbers(request.GET.dict())
    found = _place(place, level)
    return _tile(stored().tile(level, found.index, found.width), found)


@require_safe
def entry_tile(request: HttpRequest, place: str) -> HttpResponse:
    numbers(request.GET.dict())
    found = _place(place, 0)
    return _tile(bundle(stored().entries(found.index * WIDTH, found.width)), found)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    start, limit = numbers(request.GET.dict(), start=0, limit=100)
    size = _head().size
    count = max(0, min(limit, MOST_ENTRIES, size - start))
    found = stored().entries(start, count) if count else []
    following = start + len(found)
    more = (
        f"{reverse('log-entries')}?start={following}&limit={limit}"
        if count > 0 and following < size
        else None
    )
    shown = [_shown(index, entry) for index, entry in enumerate(found, start)]
    return _json({"size": size, "entries": shown, "next": more})


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    numbers(request.GET.dict())
    head = _head()
    if index >= head.size:
        raise NotInLog
    proof = [each.hex() for each in inclusion(index, head.size, root=bytes(head.root))]
    (found,) = stored().entries(index, 1)
    return _json({**_shown(index, found), "inclusion": proof, "checkpoint": head.checkpoint})


@require_safe
def inclusion_proof(request: HttpRequest) -> HttpResponse:
    size = _head().size
    index, of = numbers(request.GET.dict(), index=None, size=size)
    _require(of <= size, "size")
    _require(index < of, "index")
    proof = inclusion(index, of)
    return _json({"index": index, "size": of, "proof": [each.hex() for each in proof]})


@require_safe
def consistency_proof(request: HttpRequest) -> HttpResponse:
    size = _head().size
    first, second = numbers(request.GET.dict(), first=None, second=size)
    _require(second <= size, "second")
    _require(first <= second, "first")
    proof = consistency(first, second)
    return _json({"first": first, "second": second, "proof": [each.hex() for each in proof]})


@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:
    numbers(request.GET.dict())
    listed = [
        {"verifier": key.verifier, "entry": key.entry_id, "checkpoint": first_head_over(key.entry_id)}
        for key in keys()
    ]
    return _json({"keys": listed})


def _head() -> Head:
    head = last_head()
    if head is None:
        raise NotInLog
    return head


def _place(path: str, level: int) -> TilePlace:
    """A tile that the tree has and a signed head covers."""
    found = TilePlace.parse(path)
    if found is None or found.width > width_at(level=level, index=found.index, size=_head().size):
        raise NotInLog
    return found


def _shown(index: int, encoded: bytes) -> dict[str, Any]:
    return {"index": index, "leaf_hash": leaf_hash(encoded).hex(), "entry": json.loads(encoded)}


def _require(holds: bool, field: str) -> None:
    if not holds:
        raise BadQuestion(_("The log is not that long."), field=field)


def _tile(content: bytes, place: TilePlace) -> HttpResponse:
    return _answer(content, "application/octet-stream", FOR_EVER if place.width == WIDTH else NOT_KEPT)


def _json(value: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(value, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = NOT_KEPT
    return response


def _answer(content: bytes, media_type: str, caching: str) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": caching})
