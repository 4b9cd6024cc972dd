"""Reading a log over HTTP: no redirects, nothing large, nothing slow. Without Django."""

import json
import socket
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

from geoportal.lib.errors import DomainError
from geoportal.log.tiles import HASH_BYTES, WIDTH, TilePlace, split_bundle

TIMEOUT_S = 10.0
# For one answer as a whole, however slowly it drips.
LONGEST_S = 60.0
CHUNK = 65_536
MOST_TEXT = 262_144
MOST_BUNDLE = WIDTH * (2 + 65_535)


class Unreachable(DomainError):
    """The log does not answer, or not with what it must have. ``code``: unreachable, malformed."""

    code = "unreachable"


class Source(Protocol):
    """Where a log is read from. ``get`` raises Unreachable."""

    def get(self, path: str, most: int) -> bytes: ...


class _Line:
    """The connection over which an answer comes. http.client knows the time for a silence alone: the lines of
    a head might drip for ever.
    """

    def __init__(self) -> None:
        self.socket: socket.socket | None = None

    def hang_up(self) -> None:
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


def _handlers(line: _Line) -> list[BaseHandler]:
    """Those of urllib, which tell ``line`` of the socket."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            line.socket = self.sock

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            line.socket = self.sock

    class OverPlain(HTTPHandler):
        def http_open(self, request: Request) -> HTTPResponse:
            return self.do_open(Plain, request)

    class OverSecure(HTTPSHandler):
        def https_open(self, request: Request) -> HTTPResponse:
            return self.do_open(Secure, request)

    return [OverPlain(), OverSecure()]


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class HttpSource:
    """``url``: the log's prefix, ``https://map.example.kz/log/``."""

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S, longest_s: float = LONGEST_S) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise Unreachable(f"{url} is no address of a log (https://…/log/)")
        self.prefix = url.rstrip("/") + "/"
        self.timeout_s, self.longest_s = timeout_s, longest_s
        self.line = _Line()
        self.opener = build_opener(_NoRedirects, *_handlers(self.line))

    def get(self, path: str, most: int) -> bytes:
        request = Request(self.prefix + path, headers={"User-Agent": "geoportal-verify"})
        until = time.monotonic() + self.longest_s
        found = bytearray()
        timer = Timer(self.longest_s, self.line.hang_up)
        timer.daemon = True
        timer.start()
        try:
            with self.opener.open(request, timeout=self.timeout_s) as response:
                while chunk := response.read1(CHUNK):
                    found += chunk
                    if len(found) > most:
                        raise Unreachable(f"{path} is larger than {most} bytes", code="malformed")
                    if time.monotonic() > until:
                        break
        except HTTPError as error:
            error.close()
            raise Unreachable(f"{path} is answered with {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            self._require_in_time(path, until)
            raise Unreachable(f"{path} cannot be had: {type(error).__name__}") from error
        finally:
            timer.cancel()
        # An end that we made ourselves looks like that of the answer.
        self._require_in_time(path, until)
        return bytes(found)

    def _require_in_time(self, path: str, until: float) -> None:
        if time.monotonic() > until:
            raise Unreachable(f"{path} takes longer than {self.longest_s:.0f} s")


class RemoteLog:
    """The parts of a log, each in the form that it must have. Raises Unreachable."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def checkpoint(self) -> str:
        return self._text("checkpoint")

    def listed_keys(self) -> list[dict[str, Any]]:
        try:
            return [dict(key) for key in json.loads(self._text("keys"))["keys"]]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unreachable("keys cannot be read", code="malformed") from error

    def tile(self, level: int, index: int, width: int) -> bytes:
        """``tiles.FetchTile``."""
        path = f"tile/{level}/{TilePlace(index, width).path}"
        found = self.source.get(path, WIDTH * HASH_BYTES)
        if len(found) != width * HASH_BYTES:
            raise Unreachable(f"{path} has a wrong length", code="malformed")
        return found

    def entries(self, index: int, width: int) -> list[bytes]:
        """The bundle of entries beside the tile of level 0 at ``index``."""
        path = f"tile/entries/{TilePlace(index, width).path}"
        try:
            found = split_bundle(self.source.get(path, MOST_BUNDLE))
        except ValueError as error:
            raise Unreachable(f"{path} cannot be read", code="malformed") from error
        if len(found) != width:
            raise Unreachable(f"{path} has a wrong number of entries", code="malformed")
        return found

    def _text(self, path: str) -> str:
        try:
            return self.source.get(path, MOST_TEXT).decode()
        except UnicodeDecodeError as error:
            raise Unreachable(f"{path} is not UTF-8", code="malformed") from error
