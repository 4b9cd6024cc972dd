"""Checking a receipt with what this machine knows, without database and network."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.log.keys import KeyFolder
from geoportal.log.note import Verifier
from ingest.demo_authority import folder
from ingest.eds.anchors import AnchorsMissing, load_anchors
from ingest.eds.policy import Anchors
from ingest.receipt.check import check, check_unpacked
from ingest.receipt.names import ALL
from ingest.receipt.packing import LARGEST_BYTES
from ingest.receipt.report import Report
from ingest.trust import trusted_anchors


class Unreadable(DomainError):
    code = "unreadable"


def report_on(path: Path, *, keys: list[Verifier]) -> Report:
    """Of a zip, or of the folder that it was unpacked to. ``keys``: of the log, else those of this machine.

    Raises Unreadable.
    """
    known = keys or KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN).verifiers()
    try:
        if path.is_dir():
            files = {name: (path / name).read_bytes() for name in ALL if (path / name).is_file()}
            return check_unpacked(files, anchors=known_anchors(), log_keys=known)
        with path.open("rb") as file:
            return check(file.read(LARGEST_BYTES + 1), anchors=known_anchors(), log_keys=known)
    except OSError as error:
        raise Unreadable(
            _("%(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror}
        ) from error


def known_anchors() -> Anchors:
    """Whom this machine trusts: nobody where the national authority's certificates were not fetched.

    A demonstration that was never used here is not begun for this: making its keys takes seconds.
    """
    try:
        if settings.DEMO_AUTHORITY and not folder().exists():
            return load_anchors(settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS)
        return trusted_anchors()
    except AnchorsMissing:
        return Anchors((), ())
