"""Revocation over HTTP: only from the addresses of the settings, never from those that a certificate names.

No redirects, since they would lead elsewhere; a cap on size and on time; and a User-Agent, since a filter
before the national services answers a request without one with a redirect (docs/eds.md).
"""

import http.client
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Timer
from urllib.parse import urlsplit

from ingest.eds import ocsp
from ingest.eds.sources import Unreachable

USER_AGENT = "geoportal"
# The national list had 21.6 MB in 2026.
MAX_LIST_BYTES = 64 * 1024 * 1024
# Time for a whole answer, in multiples of the time for a silence.
ANSWER_FACTOR, LIST_FACTOR = 1.5, 15.0
# How long a list in hand serves before it is fetched anew.
LIST_LASTS_S = 600.0
CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class HttpSources:
    """``ingest.eds.sources.Sources`` over HTTP.

    ``crl_urls`` and ``delta_urls`` go by the fingerprint of the issuing authority. Without ``lists`` none is
    fetched: a list has megabytes, and its signature by GOST takes half a minute, too long for somebody who
    waits.
    """

    ocsp_url: str
    crl_urls: Mapping[str, str]
    delta_urls: Mapping[str, str]
    # Seconds that a server may stay silent.
    timeout_s: float
    lists: bool
    _kept: dict[str, tuple[float, bytes]] = field(default_factory=dict, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        return exchange(
            self.ocsp_url,
            body=request,
            content_type="application/ocsp-request",
            limit=ocsp.MAX_BYTES,
            timeout_s=self.timeout_s,
            total_s=self.timeout_s * ANSWER_FACTOR,
        )

    def crl(self, *, issuer: str) -> bytes:
        if issuer not in self.crl_urls:
            raise Unreachable("the settings name no list of that authority")
        return self._list(self.crl_urls[issuer])

    def delta(self, *, issuer: str) -> bytes | None:
        return self._list(self.delta_urls[issuer]) if issuer in self.delta_urls else None

    def _list(self, url: str) -> bytes:
        if not self.lists:
            raise Unreachable("lists are left to the job that asks again")
        with self._lock:
            fetched_at, data = self._kept.get(url, (float("-inf"), b""))
            if time.monotonic() - fetched_at > LIST_LASTS_S:
                data = exchange(
                    url,
                    limit=MAX_LIST_BYTES,
                    timeout_s=self.timeout_s,
                    total_s=self.timeout_s * LIST_FACTOR,
                )
                self._kept[url] = time.monotonic(), data
            return data


def exchange(
    url: str,
    *,
    limit: int,
    timeout_s: float,
    total_s: float,
    body: bytes | None = None,
    content_type: str | None = None,
) -> bytes:
    """The body of a 200 to GET, or to POST with a body. Raises ``Unreachable`` for anything else.

    Of an answer longer than ``limit`` one byte too many is given back, so that its reader refuses it: it is
    an answer, and no outage.
    """
    address = urlsplit(url)
    secure = address.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    until = time.monotonic() + total_s
    headers = {"User-Agent": USER_AGENT} | ({"Content-Type": content_type} if content_type else {})
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection = kind(address.hostname or "", address.port, timeout=timeout_s)
        with closing(connection):
            connection.connect()
            with _hung_up_at(until, connection.sock):
                connection.request("POST" if body else "GET", path, body=body, headers=headers)
                response = connection.getresponse()
                if response.status != http.client.OK:
                    raise Unreachable(f"the answer has status {response.status}")
                return _read(response, limit=limit, until=until)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error


@contextmanager
def _hung_up_at(until: float, connected: socket.socket) -> Iterator[None]:
    """http.client knows the time for a silence alone: headers might drip, or "100 Continue" come, for ever.

    ``until`` is of ``time.monotonic``.
    """
    timer = Timer(max(0.0, until - time.monotonic()), _hang_up, [connected])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, *, limit: int, until: float) -> bytes:
    data = bytearray()
    while len(data) <= limit:
        if time.monotonic() > until:
            raise Unreachable("the answer took too long")
        chunk = response.read1(min(CHUNK_BYTES, limit + 1 - len(data)))
        if not chunk:
            # Without a length, an end that we made ourselves looks like that of the answer.
            if response.length or time.monotonic() >= until:
                raise Unreachable("the answer was cut short")
            break
        data += chunk
    return bytes(data)
