"""Web servers to be measured, and the load they are measured with. All of it stays on 127.0.0.1."""

import http.client
import itertools
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
START_TIMEOUT_S = 60
REQUEST_TIMEOUT_S = 120
# wrk asks for one after the other, and says at the end what it saw, in the order of Load.
WRK_SCRIPT = """
local requests, turn = {}, 0
function init()
    for line in io.lines(os.getenv("REQUESTS")) do
        local path, etag = line:match("^(%S+) ?(.*)$")
        local headers = {["Accept-Encoding"] = "gzip"}
        if etag ~= "" then headers["If-None-Match"] = etag end
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end
function request()
    turn = turn % #requests + 1
    return requests[turn]
end
function done(seen, latency)
    local e = seen.errors
    print("RESULT", seen.requests / seen.duration * 1e6,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, seen.bytes / seen.requests,
        e.connect + e.read + e.write + e.status + e.timeout)
end
"""


class Load(NamedTuple):
    """What a load saw. ``median_ms`` and ``p95_ms`` are of one answer, ``size`` is its bytes on average.

    ``failed`` answers were neither 200 nor 304.
    """

    per_second: float
    median_ms: float
    p95_ms: float
    size: float
    failed: int


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


@contextmanager
def serving(command: Sequence[str | Path], environment: Mapping[str, str], *, alive: str) -> Iterator[int]:
    """The server that ``command`` starts, ``{port}`` in it filled in, while the block lasts; its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    words = [str(word).replace("{port}", str(port)) for word in command]
    process = subprocess.Popen(
        words, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _answers(port, alive):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"did not start: {' '.join(words)}")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection(HOST, port, timeout=REQUEST_TIMEOUT_S)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        content = response.read()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, content)
    finally:
        connection.close()


def load(
    port: int, requests: Sequence[tuple[str, Mapping[str, str]]], *, connections: int, seconds: float
) -> Load:
    """Asks for one after the other, around and around, from some connections at once that are kept open.

    By wrk where it is installed, because it leaves the processors to the servers; else by threads of ours.
    """
    if wrk := shutil.which("wrk"):
        return _load_by_wrk(wrk, port, requests, connections=connections, seconds=seconds)
    turn = itertools.cycle(requests)
    lock = threading.Lock()
    times: list[float] = []
    sizes: list[int] = []
    failures: list[int] = []
    begun = time.perf_counter()

    def work() -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=REQUEST_TIMEOUT_S)
        while time.perf_counter() - begun < seconds:
            with lock:
                path, headers = next(turn)
            start = time.perf_counter()
            connection.request("GET", path, headers=dict(headers))
            response = connection.getresponse()
            size = len(response.read())
            with lock:
                times.append(time.perf_counter() - start)
                sizes.append(size)
                if response.status not in {200, 304}:
                    failures.append(response.status)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    ordered = sorted(times)
    return Load(
        per_second=len(times) / took,
        median_ms=1000 * ordered[len(ordered) // 2],
        p95_ms=1000 * ordered[int(len(ordered) * 0.95)],
        size=sum(sizes) / len(sizes),
        failed=len(failures),
    )


def _load_by_wrk(
    wrk: str,
    port: int,
    requests: Sequence[tuple[str, Mapping[str, str]]],
    *,
    connections: int,
    seconds: float,
) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script, lines = Path(folder, "load.lua"), Path(folder, "requests")
        script.write_text(WRK_SCRIPT)
        lines.write_text("".join(f"{path} {h.get('If-None-Match', '')}\n" for path, h in requests))
        options = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", f"{REQUEST_TIMEOUT_S}s"]
        said = subprocess.run(
            [wrk, *options, "-s", str(script), f"http://{HOST}:{port}"],
            check=True,
            capture_output=True,
            text=True,
            env={"REQUESTS": str(lines)},
        ).stdout
    (result,) = re.findall("^RESULT(.*)$", said, re.MULTILINE)
    per_second, median_ms, p95_ms, size, failed = map(float, result.split())
    return Load(per_second, median_ms, p95_ms, size, int(failed))


def _answers(port: int, path: str) -> bool:
    try:
        return ask(port, path).status == 200
    except OSError:
        return False
