import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.testing import InMemoryConnector

from geoportal.management.commands import worker
from geoportal.tasks import MOST_ATTEMPTS, take_up_stalled_jobs


@pytest.fixture
def queue() -> App:
    return App(connector=InMemoryConnector())


def a_stalled_job(queue: App, *, attempts: int) -> dict[str, Any]:
    """A job whose worker took it and has been silent since."""

    @queue.task(name="count")
    def count() -> None: ...

    connector: Any = queue.connector
    job_id = count.defer()
    row: dict[str, Any] = connector.jobs[job_id]
    row.update(status="doing", attempts=attempts, worker_id=None)
    connector.workers = {1: datetime(2020, 1, 1, tzinfo=UTC)}
    row["worker_id"] = 1
    return row


def run_housekeeping(queue: App) -> None:
    context: Any = SimpleNamespace(app=queue)
    asyncio.run(take_up_stalled_jobs.func(context, timestamp=0))


def test_a_job_that_lost_its_worker_is_started_again(queue: App) -> None:
    row = a_stalled_job(queue, attempts=0)

    run_housekeeping(queue)

    assert (row["status"], row["attempts"]) == (Status.TODO.value, 1)


def test_a_job_that_ends_every_worker_is_given_up(queue: App) -> None:
    row = a_stalled_job(queue, attempts=MOST_ATTEMPTS - 1)

    run_housekeeping(queue)

    assert row["status"] == Status.FAILED.value


def test_the_workers_know_their_housekeeping() -> None:
    call_command("check")
    periodic = {task.name for task in (entry.task for entry in app.periodic_registry.periodic_tasks.values())}

    assert {"geoportal.tasks.take_up_stalled_jobs", "geoportal.tasks.remove_old_jobs"} <= periodic


def test_the_command_starts_a_worker_with_two_tasks_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    async def work(concurrency: int) -> None:
        started.append(concurrency)

    monkeypatch.setattr(worker, "work", work)
    call_command("worker")
    call_command("worker", "--concurrency", "5")

    assert started == [2, 5]
