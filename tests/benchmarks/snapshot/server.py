"""The web server with one worker: warm answers, the random tiles over HTTP, and its memory."""

import http.client
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geoportal.bootstrap.serve import Address, web_command
from tests.benchmarks.serving import HOST, ask, load, serving
from tests.benchmarks.snapshot.findings import Aim, Section, table
from tests.benchmarks.snapshot.timing import figure, medians, spread
from tests.benchmarks.snapshot.workload import Query, Subject

GZIP = {"Accept-Encoding": "gzip"}
CONNECTIONS = 4
SECONDS = 6
ROUNDS = 3
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@contextmanager
def one_worker(subject: Subject) -> Iterator[int]:
    """The portal as ``make run`` serves it, with a single worker; its port."""
    placeholder = Address(HOST, 0)
    command = ["{port}" if word == "0" else word for word in web_command(placeholder, {"WEB_WORKERS": "1"})]
    environment = os.environ | {
        "DATABASE_URL": subject.url,
        "SNAPSHOT_DIR": str(subject.folder),
        "LOG_LEVEL": "ERROR",
    }
    with serving(command, environment, alive="/healthz") as port:
        yield port


def measure(port: int, queries: list[Query]) -> Section:
    paths = [query.path for query in queries]
    known = {path: ask(port, path, GZIP).headers["etag"] for path in paths}
    own = http.client.HTTPConnection(HOST, port)
    cold = spread(medians([lambda path=path: _asked(own, path) for path in paths], passes=3))  # type: ignore[misc]
    requests = [(path, GZIP | {"If-None-Match": etag}) for path, etag in known.items()]
    for path, headers in requests:
        if ask(port, path, headers).status != 304:
            raise SystemExit(f"{path} is not answered with 304")
    worker = _worker()
    runs, of_processor = [], []
    for _ in range(ROUNDS):
        before = _processor_seconds(worker)
        runs.append(load(port, requests, connections=CONNECTIONS, seconds=SECONDS))
        used = _processor_seconds(worker) - before
        of_processor.append(runs[-1].per_second * SECONDS / used)
    if any(run.failed for run in runs):
        raise SystemExit("some warm answers were no 304")
    per_second = statistics.median(run.per_second for run in runs)
    per_core = statistics.median(of_processor)
    warm = sorted(runs)[ROUNDS // 2]
    memory_mb = _own_memory_mb(worker)
    return Section(
        "The server",
        [
            "One worker of the portal, as `make run` starts it. Warm: `wrk` sends the ETag of each of the "
            f"{len(paths)} random tiles along, over {CONNECTIONS} connections, and has the other processor. "
            "Cold: the same tiles one after the other over one connection, made and compressed each time.",
            table(
                ["", "a second", "median, ms", "95 of 100, ms"],
                [
                    ["warm (304)", *map(figure, (per_second, warm.median_ms, warm.p95_ms))],
                    ["cold", figure(1000 * len(paths) / cold.total), figure(cold.p50), figure(cold.p95)],
                ],
            ),
            f"For each second of a processor that the worker had, it gave {figure(per_core)} warm answers: "
            "what a core gives that nobody else uses. All processes of a machine share the file; what a "
            f"worker has for itself after all this is {figure(memory_mb)} MB.",
        ],
        [
            Aim("warm answers (304) of one worker, a second", 4_000, "", per_second, True,
                f"{figure(per_core)} for each second of a processor"),
            Aim("a worker's own memory", 300, "MB", memory_mb),
        ],
    )  # fmt: skip


def _asked(own: http.client.HTTPConnection, path: str) -> None:
    own.request("GET", path, headers=GZIP)
    response = own.getresponse()
    response.read()
    if response.status not in {200, 204}:
        raise SystemExit(f"{path} is answered with {response.status}")


def _worker() -> int:
    """The process of ours that has most memory for itself: the server's parent only watches."""
    return max(_descendants(os.getpid()), key=_own_memory_mb)


def _descendants(process: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name before, in brackets, may have anything in it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    todo = list(parents.get(process, []))
    while todo:
        found = todo.pop()
        yield found
        todo += parents.get(found, [])


def _own_memory_mb(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("RssAnon")) / 1024


def _processor_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS_A_SECOND
