"""``geoportal load_population FILE``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from geoportal.lib.errors import DomainError
from regions.population import TableRefused, load_population


class Command(BaseCommand):
    help = "Loads an official population table: CSV or XLSX with code, date, people, source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--jurisdiction", default=settings.DEFAULT_JURISDICTION, metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = load_population(options["file"], jurisdiction=options["jurisdiction"])
        except TableRefused as refused:
            for row in refused.rows:
                self.stderr.write(f"line {row.line}: {row.reason}")
            raise CommandError(str(refused)) from refused
        except DomainError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(
            f"{outcome.inserted} inserted, {outcome.updated} updated, {outcome.unchanged} unchanged."
        )
