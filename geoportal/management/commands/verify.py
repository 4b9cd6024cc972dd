"""``geoportal verify RECEIPT`` | ``--log URL`` | ``--database``

Exit codes: 0 all holds, 1 something does not (or could not be read), 3 what was checked holds, but not all
could be checked here. 2 is a mistake in the command line, as everywhere.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from geoportal.lib.errors import DomainError
from geoportal.log.follow import Progress, Report, follow
from geoportal.log.keys import KeyFolder
from geoportal.log.note import BadNote, Verifier
from ingest.eds.anchors import AnchorsMissing
from ingest.eds.policy import Anchors
from ingest.receipt.check import check, check_unpacked
from ingest.receipt.names import ALL
from ingest.receipt.packing import LARGEST_BYTES
from ingest.receipt.report import Report as ReceiptReport
from ingest.receipt.report import Verdict
from ingest.receipt.sentences import lines
from ingest.trust import trusted_anchors

INVALID, INCOMPLETE = 1, 3
CODES = {Verdict.VALID: 0, Verdict.INVALID: INVALID, Verdict.INCOMPLETE: INCOMPLETE}


class Command(BaseCommand):
    help = "Checks a receipt offline, follows a public log, or audits the database (docs/receipts.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "receipt",
            metavar="RECEIPT",
            nargs="?",
            type=Path,
            help="receipt.zip, or the folder it was unpacked to",
        )
        what.add_argument("--log", metavar="URL", help="the address of a portal's log: https://…/log/")
        what.add_argument(
            "--database", action="store_true", help="every logged row of this portal's database"
        )
        parser.add_argument(
            "--log-key",
            metavar="KEY",
            action="append",
            default=[],
            help="a public key of the log to trust, name+id+key; may be given again",
        )
        parser.add_argument(
            "--state",
            metavar="FILE",
            type=Path,
            help="with --log: what was seen of it before (log-HOST.json, here)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = [Verifier.parse(text) for text in options["log_key"]]
        except BadNote as error:
            raise CommandError(_("--log-key is not a key of a log: %(why)s") % {"why": error}) from error
        try:
            if options["receipt"]:
                self._receipt(options["receipt"], keys)
            elif options["log"]:
                self._log(options["log"], options["state"], keys)
            else:
                self._database()
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _receipt(self, path: Path, keys: list[Verifier]) -> None:
        report = report_on(path, anchors=anchors(), keys=keys or own_keys())
        language = get_language() or "en"
        for line in lines(report, language):
            self.stdout.write(line)
        if CODES[report.verdict]:
            sys.exit(CODES[report.verdict])

    def _log(self, url: str, state: Path | None, keys: list[Verifier]) -> None:
        state = state or Path(f"log-{urlsplit(url).hostname or 'unknown'}.json")
        with bar(_("Reading entries")) as progress:
            report = follow(url, state=state, now=timezone.now(), keys=keys, progress=progress)
        for line in log_lines(report, state):
            self.stdout.write(line)
        if report.late:
            sys.exit(INVALID)


def report_on(path: Path, *, anchors: Anchors, keys: list[Verifier]) -> ReceiptReport:
    """Of a zip or of the folder that it was unpacked to. Raises CommandError for a path that cannot be read."""
    try:
        if not path.is_dir():
            with path.open("rb") as file:
                return check(file.read(LARGEST_BYTES + 1), anchors=anchors, log_keys=keys)
        files = {name: (path / name).read_bytes() for name in ALL if (path / name).is_file()}
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    return check_unpacked(files, anchors=anchors, log_keys=keys)


def anchors() -> Anchors:
    """Whom this machine trusts; nobody where the national authority's certificates were not fetched."""
    try:
        return trusted_anchors()
    except AnchorsMissing:
        return Anchors((), ())


def own_keys() -> list[Verifier]:
    """The public halves of the keys that this machine signs its own log with."""
    folder = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
    return folder.verifiers()


def log_lines(report: Report, state: Path) -> Iterator[str]:
    head = report.checkpoint
    yield _("%(origin)s: %(size)s entries, root %(root)s.") % {
        "origin": head.origin,
        "size": f"{head.size:,}",
        "root": head.root.hex(),
    }
    if report.is_first:
        yield _("Seen for the first time; %(file)s remembers it for the next.") % {"file": state}
        for key in report.keys:
            yield _("Its key, to be compared with what others know: %(key)s") % {"key": key}
    else:
        yield ngettext(
            "It goes on from the %(size)s entry seen before.",
            "It goes on from the %(size)s entries seen before.",
            report.previous_size,
        ) % {"size": f"{report.previous_size:,}"}
    yield ngettext(
        "%(count)s new entry read, and its place computed.",
        "%(count)s new entries read, and their places computed.",
        report.entries_checked,
    ) % {"count": f"{report.entries_checked:,}"}
    for index, at in report.late:
        yield _("Entry %(index)s says %(at)s, and was not there then: put in later.") % {
            "index": index,
            "at": f"{at:%Y-%m-%d %H:%M:%S} UTC",
        }


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A bar on a terminal and nothing elsewhere; what it gives is told (done, of how many)."""
    console = Console(stderr=True)
    with Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        task = bars.add_task(title, total=None)

        def tell(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield tell
