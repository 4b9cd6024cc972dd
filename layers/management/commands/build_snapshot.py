"""``geoportal build_snapshot``"""

import resource
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from layers.snapshot.build import build, forget
from layers.snapshot.connection import connect, one_moment
from layers.snapshot.store import Busy


class Command(BaseCommand):
    help = "Makes the snapshot of columns that counts and tiles are answered from (docs/snapshot.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep-numbers",
            action="store_true",
            help="as when the worker builds: tiles keep their ETags unless the log knows of a change",
        )

    def handle(self, *args: Any, keep_numbers: bool, **options: Any) -> None:
        begun = time.perf_counter()
        folder = settings.SNAPSHOT_DIR
        with connect() as own:
            try:
                with one_moment(own, timeout_ms=0):
                    built = build(own, folder, keep_numbers=keep_numbers)
            except Busy:
                raise CommandError(
                    _("Another build is running in %(folder)s.") % {"folder": folder}
                ) from None
            except OSError as error:
                message = _("The snapshot cannot be written: %(reason)s. The one before stays in use.")
                raise CommandError(message % {"reason": error}) from error
            forgotten = forget(own, folder)
        seconds = time.perf_counter() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(
            f"{built.name}: {built.rows:,} features, {built.size / 1e6:,.1f} MB, {seconds:.1f} s, "
            f"{memory:,.0f} MB of memory; {forgotten:,} changes taken in"
        )
