"""A worker asks again, and later again."""

from collections.abc import Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ingest import tasks
from ingest.models import State
from tests.ingest.signed import Checking, asked, citizen, handed_in


@pytest.fixture
def _no_jobs_left(transactional_db: None) -> Iterator[None]:
    """Django empties its own tables after such a test, and those of the queue are not."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'ingest.tasks.check_again'")


@pytest.mark.usefixtures("_no_jobs_left", "world")
def test_a_worker_asks_again_and_puts_the_next_question_into_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submission = handed_in(asked(citizen()), check=Checking(is_down=True))
    mine = ProcrastinateJob.objects.filter(args__submission_id=str(submission.pk))
    mine.update(scheduled_at=submission.received_at)
    monkeypatch.setattr(tasks, "decide_pending", lambda submission_id, at: State.PENDING)
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    assert [(job.status, job.args["tries"]) for job in mine.order_by("id")] == [("succeeded", 1), ("todo", 2)]
