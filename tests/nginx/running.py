"""nginx with the configuration of docs/nginx/, of which only ports and folders are others here."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geoportal.bootstrap.places import REPOSITORY

SHIPPED = REPOSITORY / "docs" / "nginx" / "geoportal.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
PATIENCE_S = 20.0
# As Debian's nginx.conf includes it, compression that would weaken ETags and all.
MAIN = """
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 768; }}
http {{
    access_log off;
    gzip on;
    gzip_types application/vnd.mapbox-vector-tile application/geo+json;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/geoportal.conf;
}}
"""


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def cache(self) -> str:
        return self.headers["X-Cache-Status"] or ""


def ask(port: int, path: str, *, method: str = "GET", **headers: str) -> Response:
    """Sends what is given and nothing else, not even what Python adds by itself."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.putrequest(method, path, skip_host="Host" in names, skip_accept_encoding=True)
        for name, value in names.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@contextmanager
def free_ports(count: int) -> Iterator[list[int]]:
    """Held while the block lasts, so that none is given twice."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        yield [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def replaced(text: str, places: dict[str, str]) -> str:
    """Each place must be there: else the configuration has changed, and would run somewhere else."""
    for place, ours in places.items():
        assert re.search(place, text, re.MULTILINE), place
        text = re.sub(place, ours, text, flags=re.MULTILINE)
    return text


def written(folder: Path, *, upstream: int, text: str = "") -> tuple[Path, int]:
    """Writes both files; gives the main one and the port that the world sees."""
    with free_ports(2) as (port, inner):
        places = {
            r"^    listen 80;": f"    listen 127.0.0.1:{port};",
            r"127\.0\.0\.1:8000\b": f"127.0.0.1:{upstream}",
            r"127\.0\.0\.1:8001\b": f"127.0.0.1:{inner}",
            r"/run/geoportal-moment": f"{folder}/moment",
            r"/var/lib/nginx/geoportal-kept": f"{folder}/kept",
            r"/var/log/nginx/geoportal\.log": f"{folder}/access.log",
        }
    (folder / "geoportal.conf").write_text(replaced(text or SHIPPED.read_text(), places))
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder))
    return main, port


def nobody(folder: Path) -> str | None:
    """nginx needs no root here; root's tests give the folder to somebody who may nothing else."""
    if os.geteuid() != 0:
        return None
    folder.chmod(0o755)
    shutil.chown(folder, "nobody")
    return "nobody"


def checked(main: Path) -> subprocess.CompletedProcess[str]:
    command = [str(NGINX), "-t", "-c", str(main), "-p", str(main.parent), "-e", f"{main.parent}/error.log"]
    return subprocess.run(command, capture_output=True, text=True, check=False, user=nobody(main.parent))


@contextmanager
def nginx(folder: Path, *, upstream: int) -> Iterator[int]:
    """Runs while the block lasts; gives its port."""
    main, port = written(folder, upstream=upstream)
    command = [str(NGINX), "-c", str(main), "-p", str(folder), "-e", f"{folder}/error.log"]
    process = subprocess.Popen(command, user=nobody(folder))
    try:
        soon(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None, "nginx does not start: see the output above"
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def soon(holds: Callable[[], object], *, within_s: float = PATIENCE_S) -> float:
    """Waits until it holds; gives how long that took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < within_s, "it does not come true"
        time.sleep(0.01)
    return time.monotonic() - begun
