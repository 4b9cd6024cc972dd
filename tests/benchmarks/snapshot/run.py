"""One part after the other; what they found, as a document."""

import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from django.db import connections

from layers.snapshot.connection import connect
from layers.snapshot.live import Snapshot
from tests.benchmarks.snapshot import (
    build,
    cold,
    country,
    facets,
    freshness,
    growth,
    machine,
    report,
    rival_duckdb,
    rival_supercluster,
    rival_tipg,
    server,
    writes,
)
from tests.benchmarks.snapshot.findings import Section
from tests.benchmarks.snapshot.workload import Query, Subject, random_queries


class Run(NamedTuple):
    rows: int
    text: str
    images: dict[str, str]


def run(url: str, load_at_start: float, *, with_rivals: bool) -> Run:
    """``load_at_start``: of the machine, before there was a database to fill."""
    about = machine.description(load_at_start)
    with tempfile.TemporaryDirectory(prefix="snapshot-") as name:
        folder = Path(name)
        say("building")
        built = build.measure(url, folder)
        snapshot = Snapshot(folder, connect)
        snapshot.refresh()
        if snapshot.state is None:
            raise SystemExit("the snapshot cannot be used")
        subject = Subject(snapshot.state, url, folder)
        queries = random_queries(subject)
        say("cold tiles")
        found = cold.measure(subject, queries)
        say("DuckDB")
        by_duckdb = rival_duckdb.measure(subject, queries) if with_rivals else None
        two_threads = by_duckdb.two_threads if by_duckdb else None
        say("the country")
        sections = [cold.section(queries, found, two_threads), rival_duckdb.section(by_duckdb)]
        sections.append(country.measure(subject))
        say("counts beside filters")
        by_facets = facets.measure(subject, queries)
        sections += _served(subject, queries, with_rivals)
        sections += [by_facets, build.section(built, subject.rows)]
        say("triggers")
        sections.append(writes.measure(subject))
        say("growth")
        with connect() as own:
            rows, vocabulary = growth.all_rows(subject.part, own)
        steps = growth.measure(subject, queries, rows, vocabulary)
        sections.append(growth.section(steps))
        snapshot.close()
    connections.close_all()
    text = report.document(sections, about, subject.rows, len(queries))
    return Run(subject.rows, text, dict(report.plots(queries, found, two_threads, steps)))


def _served(subject: Subject, queries: list[Query], with_rivals: bool) -> list[Section]:
    """Against a server of its own, which is stopped again before memory is needed elsewhere."""
    sections = []
    with server.one_worker(subject) as port:
        if with_rivals:
            say("tipg")
            sections.append(rival_tipg.measure(subject, port))
        say("the server")
        sections.append(server.measure(port, queries))
        say("freshness")
        sections.append(freshness.measure(subject, port))
    if with_rivals:
        say("supercluster")
        sections.insert(-2, rival_supercluster.measure(subject))
    return sections


def say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what} …\n")
