"""``geoportal load_layer KIND FILE --mapping mapping.toml``"""

import getpass
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from geoportal.lib.errors import DomainError
from ingest.load import Progress as Tell
from ingest.load import load_layer
from ingest.mapping_file import read_mapping
from ingest.report import lines
from layers.statuses import Kind

WRITERS = 2  # one leaves a core idle while it waits for the database; three were no faster on two cores
INTERRUPTED = 130  # what a shell reports for Ctrl-C: 128 + SIGINT


class Command(BaseCommand):
    help = "Loads a file of needs, initiatives or problems by a mapping (docs/loading.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", help="need, initiative or problem")
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV, GeoJSON, GeoPackage, Shapefile …")
        parser.add_argument("--mapping", metavar="TOML", type=Path, required=True, help="docs/loading.md")
        parser.add_argument("--source", metavar="NAME", help="default: the mapping's, else the file's name")
        parser.add_argument("--jurisdiction", metavar="CODE", help="default: the mapping's, else the country")
        parser.add_argument("--rejects", metavar="FILE", type=Path, help="default: NAME.rejects.csv, here")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        name = path.name.split(".")[0]
        try:
            if options["kind"] not in Kind.values:
                raise DomainError(
                    _("there is no kind “%(kind)s” (there are: %(known)s)")
                    % {"kind": options["kind"], "known": ", ".join(Kind.values)}
                )
            mapping = read_mapping(options["mapping"])
            default = None if mapping.area else settings.DEFAULT_JURISDICTION
            with _bar(path.name) as progress:
                report = load_layer(
                    kind=Kind(options["kind"]),
                    path=path,
                    mapping=mapping,
                    source=options["source"] or mapping.source or name[:50],
                    jurisdiction=options["jurisdiction"] or default,
                    rejects=options["rejects"] or Path(f"{name}.rejects.csv"),
                    loaded_by=_account(),
                    writers=WRITERS,
                    now=timezone.now(),
                    progress=progress,
                )
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped. What was loaded stays; run the same command again to go on."))
            sys.exit(INTERRUPTED)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, OSError) as error:
            raise CommandError(str(error).splitlines()[0]) from error
        for line in lines(report):
            self.stdout.write(line)


def _account() -> str:
    """The name of the account that runs this process; its number where it has no name (containers)."""
    try:
        return getpass.getuser()[:100]
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@contextmanager
def _bar(name: str) -> Iterator[Tell]:
    """A progress bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(name, total=None, rows=0)
        yield lambda done, total, rows: bar.update(task, completed=done, total=total, rows=rows)
