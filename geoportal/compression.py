"""Pages and data as text, compressed: the map's page is a sixth as long."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/problem+json",
    "application/vnd.oai",
)


class TextCompression(GZipMiddleware):
    """Django's, for text alone: tiles choose their own, and ranges of a basemap must stay the bytes they are.

    Lengths tell nothing that is secret: pages carry no secret beside what a reader sends (and Django adds a
    random length, against BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
