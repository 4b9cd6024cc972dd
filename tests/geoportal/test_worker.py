"""A worker as it is run: a process on the tests' database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client

from geoportal.log.append import append_own
from geoportal.log.models import Head

STARTS_WITHIN_S = 30


def database_url() -> str:
    """The address of the tests' database, in the server that DATABASE_URL names."""
    name = str(connection.settings_dict["NAME"])
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def worker_is_seen(client: Client) -> bool:
    seen: bool = client.get("/readyz").json()["checks"]["worker"]["ok"]
    return seen


@pytest.fixture
def worker(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    forget_workers()
    process = subprocess.Popen(
        [sys.executable, "-m", "geoportal", "worker"], env={**os.environ, "DATABASE_URL": database_url()}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        forget_workers()


def forget_workers() -> None:
    """Procrastinate's tables are its own, so the end of a test does not empty them."""
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs, procrastinate_workers, procrastinate_events cascade")


def test_a_worker_outlives_its_connections(worker: subprocess.Popen[bytes], client: Client) -> None:
    wait_for_worker(client)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        ended_at, ended = cursor.fetchone()
    assert ended > 0

    deadline = time.monotonic() + STARTS_WITHIN_S
    while last_heartbeat() <= ended_at and time.monotonic() < deadline:
        time.sleep(0.2)
    assert last_heartbeat() > ended_at
    with transaction.atomic():
        append_own(event="log.tried", at=ended_at, public={})
    wait_for_place_in_the_log()
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0


def last_heartbeat() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(last_heartbeat), '2000-01-01'::timestamptz) FROM procrastinate_workers"
        )
        found: datetime = cursor.fetchone()[0]
    return found


def wait_for_place_in_the_log() -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not Head.objects.filter(size=1).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert Head.objects.filter(size=1).exists()


def wait_for_worker(client: Client) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not worker_is_seen(client) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert worker_is_seen(client)


def test_a_worker_is_seen_from_its_start_to_its_end(worker: subprocess.Popen[bytes], client: Client) -> None:
    assert not worker_is_seen(client)

    wait_for_worker(client)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    assert not worker_is_seen(client)
