"""``geoportal backup FOLDER|FILE``"""

import hashlib
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geoportal.backup.bar import byte_bar
from geoportal.backup.errors import BackupError
from geoportal.backup.make import make_backup
from geoportal.backup.server import portal_address
from geoportal.log.note import Verifier
from geoportal.log.proofs import public_keys


class Command(BaseCommand):
    help = (
        "Writes the database and the files of the portal into one file, while people use it (docs/backup.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target", metavar="FOLDER|FILE", type=Path, help="a folder, or the name of a new file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with byte_bar(_("Backing up"), None) as tell:
                path, manifest = make_backup(
                    target=options["target"],
                    address=portal_address(),
                    media=Path(settings.MEDIA_ROOT),
                    log_keys=named(public_keys()),
                    portal=version(),
                    at=timezone.now(),
                    tell=tell,
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            raise CommandError(str(error).splitlines()[0]) from error
        files = len(manifest.parts) - 1
        self.stdout.write(
            _("%(path)s: %(tables)s tables, %(rows)s rows, %(files)s files, %(bytes)s bytes.")
            % {
                "path": path,
                "tables": f"{len(manifest.tables):,}",
                "rows": f"{manifest.rows:,}",
                "files": f"{files:,}",
                "bytes": f"{path.stat().st_size:,}",
            }
        )
        if manifest.vanished_media:
            self.stdout.write(
                _("%(count)s files were taken away meanwhile.") % {"count": manifest.vanished_media}
            )


def named(keys: Iterable[Verifier]) -> list[dict[str, str]]:
    """The log's public keys, with the fingerprints that the files of the secret ones are called by."""
    return [{"key": str(key), "sha256": hashlib.sha256(key.public).hexdigest()} for key in keys]


def version() -> str:
    """Of the portal; a checkout is not installed as a package, so it is read where it is written."""
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
