"""``geoportal prepare``: everything between an installed portal and a serving one. Nothing to do costs
nothing.

One command instead of seven because each Python process costs about a second to start.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from geoportal.bootstrap import boundaries
from geoportal.bootstrap.console import BootstrapError
from ingest.resting import wake_indexes
from layers.models import Feature
from regions.models import Generation


class Command(BaseCommand):
    help = "Bring translations, static files and the database to what this version needs."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--files-only", action="store_true", help="translations and static files, nothing in the database"
        )

    def handle(self, *args: Any, files_only: bool, **options: Any) -> None:
        call_command("compile_translations", stdout=self.stdout)
        self.collect_static()
        if files_only:
            return
        self.migrate()
        call_command("load_categories", stdout=self.stdout)
        self.load_boundaries()
        self.seed()
        self.load_application()

    def load_application(self) -> None:
        """What stops a web process is told here, once and in one line.

        In a process of its own: settings are read as a web process reads them, and this one stays what it is.
        """
        command = [sys.executable, "-c", "import geoportal.wsgi"]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise CommandError((done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])

    def collect_static(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / "collected.sha256"
        digest = digest_of_static_files()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)

    def migrate(self) -> None:
        # First of all: a migration may change an index that a killed fill has left aside.
        wake_indexes()
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Applying {len(plan)} migrations …")
            call_command("migrate", interactive=False, verbosity=0)

    def load_boundaries(self) -> None:
        """geokz where it can be had (a data folder or its address), else the oblasts of an npm package."""
        if Generation.objects.filter(jurisdiction=settings.DEFAULT_JURISDICTION).exists():
            return
        try:
            call_command("load_regions", source="geokz", stdout=self.stdout)
        except CommandError as error:
            self.stdout.write(f"Boundaries of geokz are not to be had ({error}); taking oblasts only.")
            try:
                boundaries.amcharts_file()
            except BootstrapError as failure:
                raise CommandError(str(failure)) from failure
            call_command("load_regions", source="amcharts", stdout=self.stdout)

    def seed(self) -> None:
        """A demonstration country, in a database without any feature, unless that is not wanted."""
        if not settings.SEED_DEMO or Feature.objects.exists():
            return
        self.stdout.write(
            "No features yet: inventing a country to look at (GEOPORTAL_DEMO=no leaves it empty)."
        )
        call_command("seed_demo", stdout=self.stdout)


def digest_of_static_files() -> str:
    """Changes when a static file is added, removed or written; reads no content."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return found.hexdigest()
