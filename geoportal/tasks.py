"""Housekeeping of the queue itself, done by the workers."""

import logging

from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

logger = logging.getLogger(__name__)

# A worker reports every 10 s: one silent for a minute is gone.
SILENT_S = 60
# A job that was running at each of so many workers' ends is taken for their cause.
MOST_ATTEMPTS = 3
KEPT_HOURS = 24 * 7


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give jobs of killed workers to others.

    Nobody else does: such a job stays "doing" for ever, and what waits for its lock waits with it.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        if is_worth_another_try(job):
            logger.warning("Job %s (%s) lost its worker; starting it again", job.id, job.task_name)
            await manager.retry_job(job)
        else:
            logger.error(
                "Job %s (%s) lost its worker %s times; giving up", job.id, job.task_name, MOST_ATTEMPTS
            )
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


def is_worth_another_try(job: Job) -> bool:
    return job.attempts + 1 < MOST_ATTEMPTS


@app.periodic(cron="17 22 * * *")  # UTC: after three in the morning in Kazakhstan
@app.task(queueing_lock="remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    await builtin_tasks.remove_old_jobs(
        context, max_hours=KEPT_HOURS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )
