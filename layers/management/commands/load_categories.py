"""``geoportal load_categories``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from layers.categories import load_categories


class Command(BaseCommand):
    help = "Brings the categories and their names to those of this version; deletes none."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = load_categories()
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(
            f"Categories: {outcome.inserted} inserted, {outcome.updated} updated, "
            f"{outcome.unchanged} unchanged."
        )
        if outcome.kept:
            self.stdout.write(f"Kept, though not of this version: {', '.join(outcome.kept)}.")
