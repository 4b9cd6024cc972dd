"""Background work on layers."""

import asyncio
import logging
import sys

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from layers.snapshot.connection import connect
from layers.snapshot.due import why_due

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="keep_snapshot", lock="keep_snapshot", pass_context=True)
async def keep_snapshot(context: JobContext, timestamp: int) -> None:
    """A new generation of the snapshot when it is due, in a process of its own: its memory goes with it."""
    reason = await asyncio.to_thread(_why_due)
    if not reason:
        return
    logger.info("building a snapshot: %s", reason)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "geoportal",
        "build_snapshot",
        "--keep-numbers",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    level = logging.INFO if process.returncode == 0 else logging.ERROR
    logger.log(level, "build_snapshot: %s", said.decode().strip())


def _why_due() -> str:
    with connect() as own:
        return why_due(own, settings.SNAPSHOT_DIR)
