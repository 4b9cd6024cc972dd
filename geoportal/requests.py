"""One log line and one set of measurements a request, and the request id that joins them with the answer."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from geoportal import metrics
from geoportal.logs import request_id, route_of

logger = logging.getLogger("geoportal.requests")

# An id from a proxy is taken over if it is plainly an id; anything else could be an attempt to write into the
# log.
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Asked every few seconds by machines: worth a line only when the answer is bad.
PROBES = {"healthz", "readyz", "metrics"}


class RequestLog:
    """The outermost middleware: sees every request, static files too, and every answer, errors too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        current = identity(request)
        request.request_id = current  # type: ignore[attr-defined]
        token = request_id.set(current)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = current
            record(request, response, seconds=time.perf_counter() - started)
        finally:
            request_id.reset(token)
        return response


def identity(request: HttpRequest) -> str:
    return sane_identity(request.headers.get("X-Request-ID", ""))


def sane_identity(given: str) -> str:
    return given if SANE_ID.fullmatch(given) else uuid.uuid4().hex


def record(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """A streamed answer is measured to its first byte, and its size is unknown unless it says so."""
    route = route_of(request)
    method = request.method if request.method in METHODS else "other"
    metrics.observe(route=route, method=str(method), status=response.status_code, seconds=seconds)
    level = logging.DEBUG if route in PROBES and response.status_code < 400 else logging.INFO
    logger.log(
        level,
        "request",
        extra={
            "request_id": response.headers["X-Request-ID"],
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "bytes": _size(response),
        },
    )


def _size(response: HttpResponse) -> int | None:
    if not response.streaming:
        return len(response.content)
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None
