"""``/basemap/….pmtiles``: a street-level basemap in one file, served in the ranges that the page asks for.

A PMTiles archive is read by HTTP range requests (RFC 9110, 14): its header and directories first, then one
range a tile. The name carries the file's time, so that a browser never mixes two editions in one map.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

CHUNK_BYTES = 256 * 1024
ONE_RANGE = re.compile(r"bytes=(?P<first>\d*)-(?P<last>\d*)")
ONE_DAY = 24 * 3600


def basemap_address() -> str:
    """Where the page finds the file; empty when none is set or it is not there."""
    path = Path(settings.BASEMAP_PMTILES)
    if not settings.BASEMAP_PMTILES or not path.is_file():
        return ""
    return reverse("basemap", args=[_edition(path)])


def _edition(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%d%H%M%S")


@require_safe
def basemap_file(request: HttpRequest, edition: str) -> HttpResponseBase:
    """The whole file, or the one range asked for; 416 when the range lies behind its end."""
    path = Path(settings.BASEMAP_PMTILES)
    if basemap_address() != request.path:
        raise Http404
    size = path.stat().st_size
    etag = f'"{edition}-{size}"'
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    span = byte_range(asked, size) if asked else None
    if span is not None and not span:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = span or range(size)
    body = read_part(path, part) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(
        body, status=206 if span else 200, content_type="application/vnd.pmtiles"
    )
    response["Content-Length"] = str(len(part))
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={ONE_DAY}"
    if span:
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return response


def byte_range(header: str, size: int) -> range | None:
    """The bytes that a Range header means: empty when there are none, None when the header is to be ignored.

    Several ranges at once are ignored, which RFC 9110 allows; no reader of PMTiles asks for them.
    """
    match = ONE_RANGE.fullmatch(header.strip())
    if not match or match[0] == "bytes=-":
        return None
    first, last = match["first"], match["last"]
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def read_part(path: Path, part: range) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.start)
        left = len(part)
        while left > 0 and (chunk := file.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
            yield chunk
