"""The site of the authorities over HTTP, on this machine only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ingest.authority.site import Reply, Respond

LARGEST_REQUEST = 64 * 1024


def server_of(respond: Respond, *, port: int = 0) -> ThreadingHTTPServer:
    """A server on 127.0.0.1, not yet started; port 0 takes a free one (``server_port`` tells)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(respond("GET", self.path, b""))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST_REQUEST:
                self.send_error(413)
                return
            self.reply(respond("POST", self.path, self.rfile.read(length)))

        def reply(self, reply: Reply) -> None:
            with suppress(ConnectionError):  # whoever has read enough is gone
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(reply.body)))
                if reply.location is not None:
                    self.send_header("Location", reply.location)
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Nothing: what is asked tells who has signed."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """The address of the site, without a slash at its end, until the block ends."""
    server = server_of(respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
