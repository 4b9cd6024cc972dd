"""What a tile's answer carries: compression and a strong ETag."""

import gzip
import re
from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

TILE_TYPE = "application/vnd.mapbox-vector-tile"
# Measured on tiles of 2,000 features and more (docs/tiles.md): 6 saves a tenth of the bytes for three times
# the work.
GZIP_LEVEL = 1
# Smaller ones fit into one packet as they are.
GZIP_FROM_BYTES = 1_000
# A coding that is refused: with a weight of nought (RFC 9110, 12.4.2).
REFUSED = re.compile(r"q=0(\.0{0,3})?", re.IGNORECASE)


def numbered_response(
    request: HttpRequest, make: Callable[[], bytes], *, name: str, content_type: str, cache_control: str
) -> HttpResponse:
    """The same for content that has a name before it is made: who has it is told so, and it is not made."""
    given = request.headers.get("If-None-Match")
    for zipped in (True, False) if given else ():
        etag = etag_named(name, zipped=zipped)
        response = get_conditional_response(request, etag=etag)
        if response is not None and response.status_code == 304:
            response.headers["ETag"] = etag
            response.headers["Cache-Control"] = cache_control
            response.headers["Vary"] = "Accept-Encoding"
            return response
    return data_response(request, make(), content_type=content_type, cache_control=cache_control, name=name)


def data_response(
    request: HttpRequest,
    content: bytes,
    *,
    content_type: str,
    cache_control: str,
    vary: tuple[str, ...] = (),
    name: str = "",
) -> HttpResponse:
    """``content`` as asked for: compressed or not, 304 if the reader has it, 204 if it is empty.

    ``name`` stands for the content, and for no other; without one the content is its own.
    """
    zipped = len(content) >= GZIP_FROM_BYTES and accepts_gzip(request.headers.get("Accept-Encoding", ""))
    etag = etag_named(name or digest(content), zipped=zipped)
    headers = {"ETag": etag, "Cache-Control": cache_control}
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            # Without a time in it, so that equal content is equal bytes, as the strong ETag promises.
            gzip.compress(content, GZIP_LEVEL, mtime=0) if zipped else content,
            status=200 if content else 204,
            content_type=content_type,
        )
        if zipped:
            headers["Content-Encoding"] = "gzip"
    for header, value in headers.items():
        response.headers[header] = value
    if not content:
        response.headers.pop("Content-Type", None)
    patch_vary_headers(response, ("Accept-Encoding", *vary))
    return response


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()


def etag_named(name: str, *, zipped: bool) -> str:
    """Strong: it names the bytes sent, so a compressed answer has another one than the plain one."""
    return quote_etag(f"{name}-gzip" if zipped else name)


def accepts_gzip(header: str) -> bool:
    """Whether ``Accept-Encoding`` takes gzip: named without ``q=0``, or meant by ``*``."""
    accepted = {}
    for part in header.split(","):
        coding, _, weight = part.partition(";")
        accepted[coding.strip().lower()] = not REFUSED.fullmatch(weight.strip())
    return accepted.get("gzip", accepted.get("*", False))
