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
from geoportal.backup.manifest import Manifest
from geoportal.backup.restore import Restored, restore
from geoportal.backup.server import portal_address
from geoportal.log.high_water import HighWater
from geoportal.log.keys import KeyFolder
from geoportal.log.refusals import LogRefused


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
    try:
        found += log_advice(manifest, KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN))
    except LogRefused as refused:  # the portal is back all the same
        found.append(str(refused))
    found.append(_("Next: `geoportal prepare`, which migrates it to this version."))
    return found


def log_advice(manifest: Manifest, folder: KeyFolder) -> list[str]:
    """What to do about the log before its worker runs: its key, and heads signed after the backup."""
    if not manifest.log_keys:
        return []
    found = []
    in_office = manifest.log_keys[-1]
    if in_office["key"] not in map(str, folder.verifiers()):
        found.append(
            _(
                "The log's key is not in LOG_KEY_DIR (%(folder)s): put the file %(sha256)s.pem there, or "
                "nothing is signed. Its public half: %(key)s"
            )
            % {"folder": folder.folder, "sha256": in_office["sha256"][:16], "key": in_office["key"]}
        )
    noted, kept = HighWater(folder.folder).read(), manifest.tables["public.log_entry"].rows
    if noted is None:
        found.append(
            _(
                "There is no note of the last signed head in LOG_KEY_DIR: if the log has signed more than "
                "%(kept)s entries, bring the file last-head back too, or it signs another history "
                "(docs/log.md, Restoring)."
            )
            % {"kept": f"{kept:,}"}
        )
    elif noted.size > kept:
        found.append(
            _(
                "The log has signed %(signed)s entries and this backup has %(kept)s: it signs nothing until "
                "that is settled (docs/log.md, Restoring)."
            )
            % {"signed": f"{noted.size:,}", "kept": f"{kept:,}"}
        )
    return found
