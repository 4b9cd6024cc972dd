"""``geoportal restore FILE``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geoportal.backup.bar import byte_bar
from geoportal.backup.errors import BackupError
from geoportal.backup.restore import Restored, restore
from geoportal.backup.server import portal_address


class Command(BaseCommand):
    help = "Brings a backup back into an empty database (docs/backup.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="what `geoportal backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="drop what is in the database, and overwrite files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with byte_bar(_("Bringing back"), 2 * path.stat().st_size) as tell:
                restored = restore(
                    path=path,
                    address=portal_address(),
                    media=Path(settings.MEDIA_ROOT),
                    replace=options["replace"],
                    tell=tell,
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except (psycopg.Error, OSError) as error:
            raise CommandError(str(error).splitlines()[0]) from error
        for line in lines(restored):
            self.stdout.write(line)
        if restored.differing:
            raise CommandError(
                _("these tables are not as they were in the backup: %(names)s")
                % {"names": ", ".join(restored.differing)}
            )


def lines(restored: Restored) -> list[str]:
    manifest = restored.manifest
    found = [
        _("The portal of %(at)s is back: %(tables)s tables, %(rows)s rows, %(files)s files, each as it was.")
        % {
            "at": f"{manifest.created_at:%Y-%m-%d %H:%M} UTC",
            "tables": f"{len(manifest.tables):,}",
            "rows": f"{manifest.rows:,}",
            "files": f"{len(manifest.parts) - 1:,}",
        }
    ]
    if restored.dropped:
        found.append(_("%(count)s objects were dropped for it.") % {"count": f"{restored.dropped:,}"})
    found.append(_("Next: `geoportal prepare`, which migrates it to this version."))
    return found
