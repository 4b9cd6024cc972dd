import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client

from geoportal import metrics, metrics_folder, readiness

pytestmark = pytest.mark.urls("tests.geoportal.failing_urls")

NOW, TOO_OLD = "now()", "now() - interval '2 minutes'"


@pytest.fixture
def own(world: None) -> psycopg.Connection:
    """The test's own connection, which sees what the test has written."""
    connection.ensure_connection()
    return connection.connection


@pytest.mark.django_db
def test_alive_says_nothing_of_the_database(client: Client) -> None:
    with connection.execute_wrapper(forbid_queries):
        response = client.get("/healthz")

    assert response.json() == {"status": "alive"}
    assert "no-store" in response.headers["Cache-Control"]


def forbid_queries(*_: object) -> None:
    raise AssertionError("a query")


def beat(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_workers")
        cursor.execute(f"insert into procrastinate_workers (last_heartbeat) values ({when})")


@pytest.mark.django_db
def test_the_worker_is_there_while_it_says_so(own: psycopg.Connection) -> None:
    beat(NOW)
    assert readiness.worker(own) == readiness.Answer(True, "running")
    beat(TOO_OLD)
    assert readiness.worker(own) == readiness.Answer(False, "last heard of 120 s ago")


@pytest.mark.django_db
def test_a_portal_without_any_worker_is_not_ready(own: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_workers")

    assert readiness.worker(own) == readiness.Answer(False, "no worker is running")


@pytest.mark.django_db
def test_boundaries_of_the_chosen_jurisdiction_must_be_there(
    own: psycopg.Connection, settings: LazySettings
) -> None:
    assert readiness.boundaries(own).ok
    settings.DEFAULT_JURISDICTION = "elsewhere"
    assert not readiness.boundaries(own).ok


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_named(own: psycopg.Connection) -> None:
    assert readiness.migrations(own).ok
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'layers' and name = '0001_initial'")

    assert readiness.migrations(own) == readiness.Answer(False, "1 not applied, first layers.0001_initial")


@pytest.mark.django_db
def test_a_missing_table_is_an_answer_and_not_a_failure(own: psycopg.Connection) -> None:
    def question(_: psycopg.Connection) -> readiness.Answer:
        raise psycopg.errors.UndefinedTable

    assert not readiness._asked(question, own).ok


@pytest.mark.django_db
def test_readiness_names_what_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = readiness.Answer(True, "fine"), readiness.Answer(False, "no worker is running")
    monkeypatch.setattr(readiness, "answers", lambda: {"database": good, "worker": bad})

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "failing": ["worker"],
        "checks": {
            "database": {"ok": True, "detail": "fine"},
            "worker": {"ok": False, "detail": "no worker is running"},
        },
    }
    monkeypatch.setattr(readiness, "answers", lambda: {"database": good})
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readiness_really_asks_the_database(client: Client) -> None:
    checks = client.get("/readyz").json()["checks"]

    assert checks["database"]["ok"]
    assert checks["migrations"]["ok"]
    assert list(checks) == ["database", "migrations", "worker", "boundaries"]


@pytest.mark.django_db
def test_a_database_that_is_gone_is_told_soon_and_without_its_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {
        "host": "/nowhere/secret-host",
        "user": "secret-user",
        "password": "secret",
        "cursor_factory": None,
    }
    monkeypatch.setattr(connection, "get_connection_params", lambda: dict(gone))
    started = time.monotonic()

    response = client.get("/readyz")

    assert time.monotonic() - started < 5
    assert response.status_code == 503
    assert response.json()["failing"] == ["database", "migrations", "worker", "boundaries"]
    assert b"secret" not in response.content


@pytest.mark.django_db
def test_measurements_name_routes_and_no_person(client: Client) -> None:
    client.get("/page/", {"q": "840101300123"})
    client.get("/somewhere/840101300123/")
    client.generic("840101300123", "/page/")

    text = client.get("/metrics").content.decode()

    assert 'geoportal_requests_total{method="GET",route="page/",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert 'method="other",route="page/"' in text
    assert 'geoportal_request_seconds_bucket{le="0.005",route="page/"}' in text
    assert "geoportal_database_up 1.0" in text
    assert "geoportal_features_estimate" in text
    assert "840101300123" not in text


@pytest.mark.django_db
def test_measurements_are_there_without_a_database(client: Client) -> None:
    with connection.execute_wrapper(fail_as_a_database):
        text = client.get("/metrics").content.decode()

    assert "geoportal_database_up 0.0" in text
    assert "geoportal_requests_total" in text


def fail_as_a_database(*_: object) -> None:
    raise OperationalError("gone")


# Who may read: address, headers, METRICS_TOKEN, allowed.
READERS = [
    ("127.0.0.1", {}, "", True),
    ("::1", {}, "", True),
    ("203.0.113.9", {}, "", False),
    ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "", False),
    ("127.0.0.1", {"X-Forwarded-Proto": "https"}, "", False),
    ("127.0.0.1", {}, "a-token", False),
    ("203.0.113.9", {"Authorization": "Bearer a-token"}, "a-token", True),
    ("203.0.113.9", {"Authorization": "Bearer другой"}, "a-token", False),
    ("203.0.113.9", {"Authorization": "Bearer "}, "", False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "headers", "token", "allowed"), READERS)
def test_measurements_are_for_this_machine_or_the_bearer_of_the_token(
    client: Client,
    settings: LazySettings,
    address: str,
    headers: dict[str, str],
    token: str,
    allowed: bool,
) -> None:
    settings.METRICS_TOKEN = token

    response = client.get("/metrics", headers=headers, REMOTE_ADDR=address)

    assert response.status_code == (200 if allowed else 403)


def test_processes_of_one_server_add_up_and_an_ended_one_gives_back_its_connections(tmp_path: Path) -> None:
    script = (
        "import django; django.setup();"
        "from geoportal import metrics;"
        "metrics.observe(route='r', method='GET', status=200, seconds=0.1);"
        "metrics.POOL.labels('open').set(4);"
        "import sys; sys.stdout.write(metrics.exposition().decode())"
    )
    env = {
        **os.environ,
        metrics.FOLDER: str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "geoportal.settings",
    }
    first, second = (
        subprocess.run(
            [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )

    assert 'geoportal_requests_total{method="GET",route="r",status="200"} 1.0' in first
    assert 'geoportal_requests_total{method="GET",route="r",status="200"} 2.0' in second
    assert 'geoportal_database_pool{state="open"} 4.0' in second


def test_a_server_finds_no_numbers_of_an_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(metrics.FOLDER, raising=False)
    for name in (f"{os.getppid()}-1", "4194305-1"):  # the same process id at another time; no process at all
        (tmp_path / name).mkdir()

    metrics_folder.share_between_workers(tmp_path)

    assert [str(folder) for folder in tmp_path.iterdir()] == [os.environ[metrics.FOLDER]]
    monkeypatch.delenv(metrics.FOLDER)
