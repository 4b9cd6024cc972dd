"""Measurements for Prometheus. Labels are routes and statuses: no address, no person, no unbounded value.

The web server is several processes and a scrape reaches one of them, so each writes its numbers into a file
of a shared folder (prometheus_client's multiprocess mode) and the one asked adds them up.
``share_between_workers`` chooses that folder; it must run before prometheus_client is first imported, so
geoportal/wsgi.py calls it first (from geoportal/metrics_folder.py). A process without it (tests, commands)
has numbers of its own alone.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from geoportal.lib.replicas import replicas
from geoportal.lib.sql import statement
from layers.snapshot import process as snapshot

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS = Counter("geoportal_requests", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "geoportal_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
POOL = Gauge(
    "geoportal_database_pool",
    "Database connections of the web processes: open, idle, and requests waiting for one.",
    ["state"],
    multiprocess_mode="livesum",
)
READS = Counter(
    "geoportal_reads", "Requests by the database that they read from, where there are replicas.", ["database"]
)
HANDED_OVER = Counter(
    "geoportal_replica_handed_over",
    "Statements that a replica could not answer and the primary did.",
    ["replica"],
)
POOL_STATES = {"open": "pool_size", "idle": "pool_available", "waiting": "requests_waiting"}


def observe(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request and note how this process's connection pool stands."""
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    if pool := getattr(connection, "pool", None):
        stats = pool.get_stats()
        for state, name in POOL_STATES.items():
            POOL.labels(state).set(stats.get(name, 0))


def observe_reads(alias: str, handed_over: list[str]) -> None:
    """Where a request read, if it read where it could choose; and what a replica failed to answer in it."""
    if alias:
        READS.labels(alias).inc()
    for replica in handed_over:
        HANDED_OVER.labels(replica).inc()


def exposition() -> bytes:
    """All measurements in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics())
    if settings.REPLICAS:
        registry.register(ReplicaMetrics())
    registry.register(SnapshotMetrics())
    if folder := os.environ.get(FOLDER):
        _forget_dead_processes(Path(folder))
        MultiProcessCollector(registry, folder)
        return generate_latest(registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


class DatabaseMetrics(Collector):
    """What only the database knows, asked at each scrape: O(1) but for the jobs, and old ones go daily."""

    def collect(self) -> Iterator[Metric]:
        rows = _rows_of_database()
        yield _gauge("geoportal_database_up", "Whether the database answers.", [("", float(bool(rows)))])
        yield _gauge("geoportal_jobs", "Background jobs.", rows.get("job", []), label="status")
        yield _gauge(
            "geoportal_features_estimate",
            "Features of all kinds, as the database's own statistics have it.",
            rows.get("features", []),
        )
        yield _gauge(
            "geoportal_worker_heartbeat_age_seconds",
            "Time since a worker last said that it lives.",
            rows.get("heartbeat", []),
        )
        yield _gauge(
            "geoportal_log_pending",
            "Entries that wait for their place in the public log: more than a moment's worth is an alarm.",
            rows.get("log_pending", []),
        )
        yield _gauge(
            "geoportal_submission_pending_seconds",
            "How long the oldest submission waits for the certification authority: none without one.",
            rows.get("pending", []),
        )
        yield _gauge(
            "geoportal_log_size", "Entries under the public log's last head.", rows.get("log_size", [])
        )


class ReplicaMetrics(Collector):
    """What the process that is asked knows of the replicas; every process looks for itself, at the same."""

    def collect(self) -> Iterator[Metric]:
        now = time.monotonic()
        standings = replicas().standings.items()
        used = [(alias, float(standing.is_used(now))) for alias, standing in standings]
        behind = [(alias, standing.lag_s) for alias, standing in standings]
        yield _gauge("geoportal_replica_used", "Whether reads go to the replica.", used, label="replica")
        yield _gauge(
            "geoportal_replica_lag_seconds",
            "How far it was behind the primary, when it was last used.",
            behind,
            label="replica",
        )


class SnapshotMetrics(Collector):
    """The snapshot of the process that is asked."""

    def collect(self) -> Iterator[Metric]:
        standing = snapshot.standing()
        known = [("", standing)] if standing else []
        yield _gauge(
            "geoportal_snapshot_used",
            "Whether counts and tiles are answered from the snapshot.",
            [(label, float(bool(each.generation))) for label, each in known],
        )
        yield _gauge(
            "geoportal_snapshot_changed_rows",
            "Rows that have changed since the generation was made.",
            [(label, float(each.changed)) for label, each in known],
        )
        yield _gauge(
            "geoportal_snapshot_age_seconds",
            "Time since the database last said what has changed.",
            [(label, each.asked_s) for label, each in known],
        )


def _rows_of_database() -> dict[str, list[tuple[str, float]]]:
    """``{name: [(label, value), …]}`` of sql/metrics.sql; empty when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement("geoportal", "metrics"))
            rows = cursor.fetchall()
    except (DatabaseError, PoolTimeout):
        return {}
    found: dict[str, list[tuple[str, float]]] = {}
    for name, label, value in rows:
        if value is not None:
            found.setdefault(name, []).append((label, value))
    return found


def _gauge(
    name: str, documentation: str, values: list[tuple[str, float]], *, label: str | None = None
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, documentation, labels=[label] if label else [])
    for text, value in values:
        family.add_metric([text] if label else [], value)
    return family


def _forget_dead_processes(folder: Path) -> None:
    """Drop the gauges of processes that ended: their connections are gone. Their counts stay counted."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rsplit("_", 1)[1])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, str(folder))
