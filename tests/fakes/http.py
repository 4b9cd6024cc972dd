"""A web server of one answer, for code that asks other services."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What is answered to every GET; ``asked`` are the paths that were asked for, with their queries."""

    body: bytes = b""
    status: int = 200
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a server on this machine that gives ``answer`` until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer.asked.append(self.path)
            time.sleep(answer.delay_s)
            self.send_response(answer.status)
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever has read enough is gone
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Nothing on the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
