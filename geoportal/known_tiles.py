"""Tells who asks again for a tile that has not changed so, before Django begins.

An open map asks for each tile again; nine of ten are the same. What is left to do is to read the address,
look up a number and compare: a fifteenth of what the whole way through the middleware takes
(docs/benchmarks.md). Whatever is unusual goes that way.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from geoportal import metrics
from geoportal.cors import EXPOSED
from geoportal.requests import sane_identity
from layers.rows import NotThere
from tiles.asked import asked_before
from tiles.http import etag_named

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ADDRESS = re.compile(r"/tiles/([a-z]+)/(\d{1,2})/(\d{1,8})/(\d{1,8})\.mvt")
ROUTE = "tiles/<name>/<int:z>/<int:x>/<int:y>.mvt"


class KnownTiles:
    """WSGI around the portal."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, request: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = request.get("HTTP_IF_NONE_MATCH")
        found = ADDRESS.fullmatch(request["PATH_INFO"]) if given else None
        if given and found and request["REQUEST_METHOD"] in {"GET", "HEAD"}:
            started = time.perf_counter()
            headers = unchanged(given, found, request)
            if headers:
                metrics.observe(
                    route=ROUTE,
                    method=request["REQUEST_METHOD"],
                    status=304,
                    seconds=time.perf_counter() - started,
                )
                start_response("304 Not Modified", headers)
                return []
        return self.application(request, start_response)


def unchanged(given: str, found: re.Match[str], request: Environ) -> list[tuple[str, str]]:
    """The headers of a 304; empty when the tile is another one, or it takes more to tell."""
    name, *numbers = found.groups()
    try:
        z, x, y = map(int, numbers)
        asked = asked_before(name, z, x, y, request.get("QUERY_STRING", ""))
    except NotThere:
        return []
    if asked is None or asked.etag_name is None:
        return []
    # One ETag, as caches send it. A list of them goes the long way.
    etag = given.strip()
    if etag not in {etag_named(asked.etag_name, zipped=zipped) for zipped in (False, True)}:
        return []
    return [
        ("ETag", etag),
        ("Cache-Control", asked.cache_control),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", EXPOSED),
        ("X-Request-ID", sane_identity(request.get("HTTP_X_REQUEST_ID", ""))),
    ]
