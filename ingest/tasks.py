"""Background work on submissions."""

import logging
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ingest.decide import decide_pending
from ingest.models import State, Submission
from ingest.signing import remove_unsigned

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
# An outage of a day costs some thirty questions for each submission.
LONGEST_WAIT = timedelta(hours=1)
# Of failures that are no outage of the authority: the database away for a while, or a fault of ours. Some ten
# minutes; what is still pending then is found by `take_up_forgotten`.
RETRIES = RetryStrategy(max_attempts=5, exponential_wait=3)


def check_later(submission_id: UUID, *, tries: int = 0) -> None:
    """Has the submission checked again, later each time. In the caller's transaction: no job without it."""
    wait = min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)
    job = app.configure_task(
        "ingest.tasks.check_again",
        schedule_in={"seconds": int(wait.total_seconds())},
        lock=f"submission {submission_id}",
    )
    job.defer(submission_id=str(submission_id), tries=tries + 1)


@app.task(name="ingest.tasks.check_again", retry=RETRIES)
def check_again(submission_id: str, tries: int) -> None:
    """A pending submission is accepted or refused as soon as its certificate's state is known."""
    state = decide_pending(UUID(submission_id), at=timezone.now())
    logger.info("submission %s is %s after %s checks", submission_id, state, tries)
    if state == State.PENDING:
        check_later(UUID(submission_id), tries=tries)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="take_up_forgotten")
def take_up_forgotten(timestamp: int) -> None:
    """Pending submissions whose job is gone (it failed for good, or its workers died) are asked about again:
    else nobody would ever decide them.
    """
    waiting = ProcrastinateJob.objects.filter(task_name=check_again.name, status__in=("todo", "doing"))
    known = {job_args["submission_id"] for job_args in waiting.values_list("args", flat=True)}
    for pk in Submission.objects.filter(state=State.PENDING).values_list("pk", flat=True):
        if str(pk) not in known:
            logger.warning("submission %s was pending without a job", pk)
            check_later(pk)


@app.periodic(cron="47 * * * *")
@app.task(queueing_lock="remove_unsigned_requests")
def remove_unsigned_requests(timestamp: int) -> None:
    """What people wrote and did not sign is not kept."""
    logger.info("removed %s signing requests", remove_unsigned(now=timezone.now()))
