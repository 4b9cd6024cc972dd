"""Signatures, whole submissions and the public log against their aims: ``make bench ARGS=evidence``.

``--leaves N`` (1,000,000) and ``--submissions N`` (300 of each kind). Makes a database of its own beside that
of DATABASE_URL and drops it again. A run with all leaves writes docs/benchmarks_evidence.md.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geoportal.settings")
django.setup()

from django.test import override_settings  # noqa: E402 (models need Django set up)

from tests.benchmarks.evidence import crypto, log, report, submissions  # noqa: E402
from tests.benchmarks.evidence.database import fresh_database  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks evidence")
    parser.add_argument("--leaves", type=int, default=log.LEAVES)
    parser.add_argument("--submissions", type=int, default=submissions.COUNT)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    sections = [crypto.section()]
    with _log_of_its_own(), fresh_database():
        sections.append(submissions.section(given.submissions))
    with _log_of_its_own(), fresh_database():
        sections.append(log.section(given.leaves))
        text = report.document(sections, load)
    if given.leaves >= log.LEAVES:
        report.DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


@contextmanager
def _log_of_its_own() -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(LOG_KEY_DIR=Path(folder), SIGNING_REQUESTS_PER_HOUR=1_000_000),
    ):
        yield


if __name__ == "__main__":
    main()
