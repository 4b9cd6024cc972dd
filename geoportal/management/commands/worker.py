"""``geoportal worker``: the process that does the background work."""

import argparse
import asyncio
import logging
import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from geoportal.log.running import sequencing

logger = logging.getLogger(__name__)

# Less than a service manager waits before it kills. A job cut off here is taken up by the next worker.
GRACE_S = 15
# A database that restarts is back within seconds.
RETRY_S = 2


class Command(BaseCommand):
    help = "Run background tasks and keep the public log until stopped."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="tasks at the same time (2)")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector), sequencing():
            asyncio.run(work(concurrency))


async def work(concurrency: int) -> None:
    """Until SIGTERM or SIGINT. Procrastinate's worker ends with its connection; here it begins anew."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with app.open_async():
        while not asked.is_set():
            await _until_it_ends(asked, concurrency)
            if not asked.is_set():
                logger.warning("the worker has lost its database; trying again in %s s", RETRY_S)
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), RETRY_S)


async def _until_it_ends(asked: asyncio.Event, concurrency: int) -> None:
    running = asyncio.create_task(
        app.run_worker_async(
            concurrency=concurrency, shutdown_graceful_timeout=GRACE_S, install_signal_handlers=False
        )
    )
    stopping = asyncio.create_task(asked.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    # Asks it to finish what it does, within the grace.
    running.cancel()
    # Any other error is a fault of ours: it ends the command.
    with suppress(asyncio.CancelledError, ConnectorException):
        await running
