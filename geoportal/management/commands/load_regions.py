"""``geoportal load_regions``: boundaries, akimats, settlements, populations, and the features' regions with
them.

It stands here because it composes two parts: regions must not know of the features that lie in them.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from rich.console import Console

from geoportal.lib.errors import DomainError
from layers.placement import replace_regions
from regions.load import Loaded, load_boundaries
from regions.sources import choose


class Command(BaseCommand):
    help = "Loads the boundaries of regions and all that hangs on them (docs/regions.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--source", help="geokz, amcharts, or a file or address (default: geokz, else amcharts)"
        )
        parser.add_argument("--vintage", default="2024", help="of geokz: 2018 or 2024 (2024)")
        parser.add_argument("--mapping", type=Path, metavar="TOML", help="for a file or address")
        parser.add_argument(
            "--file", type=Path, default=settings.AMCHARTS_FILE, help="where the file of amcharts is"
        )
        parser.add_argument("--jurisdiction", default="kz", metavar="CODE", help="kz")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(stderr=True)
        try:
            with console.status(_("Reading boundaries")) as status:
                source = choose.boundaries(
                    options["source"],
                    vintage=options["vintage"],
                    mapping=options["mapping"],
                    amcharts_file=Path(options["file"]),
                )
                loaded = load_boundaries(
                    source,
                    jurisdiction=options["jurisdiction"],
                    progress=status.update,
                    after=replace_regions,
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, OSError) as error:
            raise CommandError(str(error).splitlines()[0]) from error
        for line in _lines(loaded):
            self.stdout.write(line)


def _lines(loaded: Loaded) -> list[str]:
    return [
        f"Boundaries of {loaded.source} {loaded.vintage}"
        f" ({'in force' if loaded.in_force else 'of another time'}):"
        f" {loaded.oblasts} oblast-level units, {loaded.rayons} rayons,"
        f" {loaded.area_km2:,.0f} km², {loaded.repairs} repairs.",
        f"{loaded.akimats} akimats, {loaded.settlements} settlements, {loaded.place_names} spellings,"
        f" {loaded.shapes} simplified shapes, {loaded.pieces} pieces;"
        f" {loaded.changed} features changed region. {loaded.seconds:.1f} s.",
    ]
