"""Fetch the certificates that signatures are checked against: those whose fingerprints the settings name."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ingest.eds.anchors import fingerprint, from_file, missing, place
from ingest.eds.certificates import MAX_BYTES
from ingest.eds.fetch import exchange
from ingest.eds.sources import Unreachable

ADDRESS = "https://pki.gov.kz/cert/"
NAMES = ("root_gost_2022.cer", "nca_gost_2022.cer", "root_rsa_2020.cer", "nca_rsa_2022.cer")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "certificates",
            nargs="*",
            default=[ADDRESS + name for name in NAMES],
            help="files (PEM or DER) or addresses; default: the four of pki.gov.kz",
        )

    def handle(self, *, certificates: list[str], **options: Any) -> None:
        folder, wanted = settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS
        folder.mkdir(parents=True, exist_ok=True)
        kept = unknown = unreachable = 0
        for source in certificates:
            try:
                der = from_file(_read(source))
            except (OSError, Unreachable, ValueError) as error:
                unreachable += 1
                self.stderr.write(f"{source}: {error}")
                continue
            if fingerprint(der) not in wanted:
                unknown += 1
                self.stderr.write(f"{source}: its fingerprint {fingerprint(der)} is not in EDS_ANCHORS")
                continue
            place(folder, fingerprint(der)).write_bytes(der)
            kept += 1
        absent = missing(folder, wanted)
        self.stdout.write(
            f"{kept} kept, {unknown} of another fingerprint, {unreachable} not read; "
            f"{len(wanted) - len(absent)} of {len(wanted)} anchors are in {folder}"
        )
        if absent:
            raise CommandError(f"missing: {', '.join(absent)}")


def _read(source: str) -> bytes:
    """The bytes of a file, or of an address. OSError or Unreachable."""
    if source.startswith(("http://", "https://")):
        timeout_s = settings.EDS_TIMEOUT_S
        return exchange(source, limit=MAX_BYTES, timeout_s=timeout_s, total_s=2 * timeout_s)
    return Path(source).read_bytes()
