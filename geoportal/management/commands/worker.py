"""``geoportal worker``: the process that does the background work."""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# Less than a service manager waits before it kills. A job cut off here is taken up by the next worker.
GRACE_S = 15


class Command(BaseCommand):
    help = "Run background tasks until stopped."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="tasks at the same time (2)")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        call_command(
            "procrastinate",
            "worker",
            *("--concurrency", str(concurrency)),
            *("--shutdown-graceful-timeout", str(GRACE_S)),
        )
