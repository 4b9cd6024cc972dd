"""A portal of a few lines that counts what it is asked, for what no real one does on demand."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from geoportal import shared_caches

SHARED = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", shared_caches.HEADER: "@1"}


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Message


@dataclass
class FakePortal:
    """Answers everything alike. ``state`` is what answers and ETags are made of; who has it gets a 304.

    The answer repeats the cookies and credentials that it was asked with, as a faulty portal might.
    """

    state: str = "1"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(SHARED))
    delay_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def body(self, asked: Asked) -> bytes:
        told = asked.headers
        who = f"{told['Cookie'] or ''}{told['Authorization'] or ''}"
        origin = f"{told['X-Forwarded-Proto']}://{told['X-Forwarded-Host']}"
        return f"{self.state} {origin}{asked.path} {told['Accept-Encoding']} [{who}]".encode()

    def etag(self, asked: Asked) -> str:
        return f'"{self.state}-{asked.headers["Accept-Encoding"]}"'

    @property
    def full(self) -> int:
        """How often it had to make an answer: questions without those that were a 304."""
        return sum("If-None-Match" not in asked.headers for asked in self.asked)

    @contextmanager
    def serving(self) -> Iterator[int]:
        portal = self
        connections: list[socket.socket] = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                asked = Asked(self.command, self.path, self.headers)
                portal.asked.append(asked)
                etag = portal.etag(asked)
                time.sleep(portal.delay_s)
                unchanged = portal.status == 200 and self.headers["If-None-Match"] == etag
                body = b"" if unchanged else portal.body(asked)
                self.send_response(304 if unchanged else portal.status)
                for name, value in {**portal.headers, "ETag": etag}.items():
                    self.send_header(name, value)
                if not unchanged:
                    self.send_header("Content-Type", "application/vnd.mapbox-vector-tile")
                    self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Request-ID", self.headers["X-Request-ID"] or "none")
                self.end_headers()
                with suppress(BrokenPipeError):
                    self.wfile.write(body if self.command != "HEAD" else b"")

            do_HEAD = do_POST = do_GET

            def setup(self) -> None:
                super().setup()
                connections.append(self.connection)

            def log_message(self, *_: object) -> None:
                """Nothing on the tests' output."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 200
            daemon_threads = True

        server = Server(("127.0.0.1", self.port), Handler)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self.port
        finally:
            server.shutdown()
            server.server_close()
            for each in connections:  # nginx keeps them; a portal that ends ends them too
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            thread.join()
