"""``geoportal load_jurisdiction CODE``: an area beside Kazakhstan, for trying real data of another place."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from geoportal.lib.errors import DomainError
from geoportal.lib.geo import Bbox
from regions.jurisdictions import load_jurisdiction, outline_of_box, outline_of_file


class Command(BaseCommand):
    help = "Makes or changes a jurisdiction: its names, clock and outline."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="boston")
        parser.add_argument("--name-kk", required=True)
        parser.add_argument("--name-ru", required=True)
        parser.add_argument("--name-en", required=True)
        parser.add_argument("--time-zone", required=True, metavar="ZONE", help="America/New_York")
        outline = parser.add_mutually_exclusive_group(required=True)
        outline.add_argument("--bbox", type=_box, metavar="W,S,E,N", help="degrees; write --bbox=-71.2,…")
        outline.add_argument("--outline", type=Path, metavar="FILE", help="polygons in any vector format")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outline = (
                outline_of_box(options["bbox"]) if options["bbox"] else outline_of_file(options["outline"])
            )
            jurisdiction, is_new = load_jurisdiction(
                code=options["code"],
                names={name: options[name] for name in ("name_kk", "name_ru", "name_en")},
                time_zone=options["time_zone"],
                outline=outline,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(str(error).splitlines()[0]) from error
        self.stdout.write(f"Jurisdiction {jurisdiction.code} {'made' if is_new else 'changed'}.")


def _box(text: str) -> Bbox:
    try:
        west, south, east, north = (float(degrees) for degrees in text.split(","))
    except ValueError:
        raise ArgumentTypeError("four numbers, west,south,east,north") from None
    return Bbox(west, south, east, north)
