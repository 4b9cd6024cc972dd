"""``geoportal seed_demo``"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from geoportal.lib.errors import DomainError
from ingest.demo.seed import Progress, remove_demo, seed_demo
from layers.statuses import Kind

PROBLEMS, NEEDS, INITIATIVES = 20_000, 1_500, 600
SEED = 2025
INTERRUPTED = 130  # what a shell reports for Ctrl-C: 128 + SIGINT


class Command(BaseCommand):
    help = "Invents a country to look at: demonstration features around the real settlements (docs/demo.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--problems", metavar="N", type=int, default=PROBLEMS, help="default: %(default)s"
        )
        parser.add_argument("--needs", metavar="N", type=int, default=NEEDS, help="default: %(default)s")
        parser.add_argument(
            "--initiatives", metavar="N", type=int, default=INITIATIVES, help="default: %(default)s"
        )
        parser.add_argument("--seed", metavar="S", type=int, default=SEED, help="default: %(default)s")
        parser.add_argument(
            "--until",
            metavar="DATE",
            help="tell the country as it stood when this day began; default: today. The same numbers, seed "
            "and day always make the same rows; another day makes others",
        )
        parser.add_argument("--remove", action="store_true", help="take all demonstration features out again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["remove"]:
                self.remove()
            else:
                self.seed(options)
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped. What was written stays; run the same command again to go on."))
            sys.exit(INTERRUPTED)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error

    def seed(self, options: dict[str, Any]) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("GEOPORTAL_PRODUCTION is on: nothing is invented here."))
        counts = {
            Kind.PROBLEM: options["problems"],
            Kind.NEED: options["needs"],
            Kind.INITIATIVE: options["initiatives"],
        }
        with _bar("seed_demo") as progress:
            outcomes = seed_demo(
                counts=counts,
                seed=options["seed"],
                until=_day(options["until"]),
                jurisdiction=settings.DEFAULT_JURISDICTION,
                progress=progress,
                indexing=self.say_indexing,
            )
        for kind, outcome in outcomes.items():
            self.stdout.write(
                f"{kind.value}s: {outcome.inserted:,} inserted, {outcome.updated:,} updated, "
                f"{outcome.unchanged:,} unchanged"
            )
        if not any(outcome.inserted + outcome.updated for outcome in outcomes.values()):
            self.stdout.write(_("Nothing has changed: this country was there already."))

    def say_indexing(self, count: int) -> None:
        text = ngettext("Making %(count)s index …", "Making %(count)s indexes …", count)
        self.stderr.write(text % {"count": count})

    def remove(self) -> None:
        with _bar("seed_demo --remove") as progress:
            removed = remove_demo(progress=progress)
        for kind, count in removed.items():
            self.stdout.write(f"{kind.value}s: {count:,} removed")


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("--until: %(text)s is no day (2026-11-01 is)") % {"text": text}) from error


@contextmanager
def _bar(name: str) -> Iterator[Progress]:
    """A progress bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
