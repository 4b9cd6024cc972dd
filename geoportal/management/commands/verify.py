"""``geoportal verify RECEIPT`` | ``--log URL`` | ``--database``

Exit codes: 0 all holds, 1 something does not (or could not be read), 3 what was checked holds, but not all
could be checked here. 2 is a mistake in the command line, as everywhere.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from geoportal.lib.errors import DomainError
from geoportal.log.audit import Tally, audit
from geoportal.log.follow import Report, follow
from geoportal.log.note import BadNote, Verifier
from geoportal.log.sequence import tree_size
from geoportal.verification.bars import counting, watching
from geoportal.verification.findings import line
from geoportal.verification.receipts import report_on
from ingest.as_signed import altered_features
from ingest.receipt.report import Verdict
from ingest.receipt.sentences import lines

INVALID, INCOMPLETE = 1, 3
CODES = {Verdict.VALID: 0, Verdict.INVALID: INVALID, Verdict.INCOMPLETE: INCOMPLETE}


class Command(BaseCommand):
    help = "Checks a receipt offline, follows a public log, or audits the database (docs/receipts.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "receipt", metavar="RECEIPT", nargs="?", type=Path, help="receipt.zip, or the folder it became"
        )
        what.add_argument("--log", metavar="URL", help="the address of a portal's log: https://…/log/")
        what.add_argument("--database", action="store_true", help="every logged row of this database")
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
            help="with --log: what was seen before (log-HOST.json, here)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = [Verifier.parse(text) for text in options["log_key"]]
            if options["receipt"]:
                code = self._receipt(options["receipt"], keys)
            elif options["log"]:
                code = self._log(options["log"], options["state"], keys)
            else:
                code = self._database()
        except BadNote as error:
            raise CommandError(_("--log-key is not a key of a log: %(why)s") % {"why": error}) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        if code:
            sys.exit(code)

    def _receipt(self, path: Path, keys: list[Verifier]) -> int:
        report = report_on(path, keys=keys)
        for each in lines(report, get_language() or "en"):
            self.stdout.write(each)
        return CODES[report.verdict]

    def _log(self, url: str, state: Path | None, keys: list[Verifier]) -> int:
        state = state or Path(f"log-{urlsplit(url).hostname or 'unknown'}.json")
        with counting(_("Reading entries")) as progress:
            report = follow(url, state=state, now=timezone.now(), keys=keys, progress=progress)
        for each in log_lines(report, state):
            self.stdout.write(each)
        return INVALID if report.late else 0

    def _database(self) -> int:
        tally, found = Tally(), 0
        with watching(_("Auditing entries"), tally, tree_size()):
            for finding in chain(audit(tally=tally), altered_features()):
                found += 1
                self.stderr.write(line(finding))
        self.stdout.write(
            _("%(entries)s entries, %(rows)s rows, %(heads)s heads, %(tiles)s tiles looked at.")
            % {name: f"{count:,}" for name, count in vars(tally).items()}
        )
        if found:
            count = {"count": f"{found:,}"}
            self.stdout.write(
                ngettext("%(count)s is not as logged.", "%(count)s are not as logged.", found) % count
            )
            return INVALID
        self.stdout.write(_("All is as it was logged."))
        return 0


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
