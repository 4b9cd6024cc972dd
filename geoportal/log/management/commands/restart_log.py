"""``geoportal restart_log``"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geoportal.log.refusals import LogRefused
from geoportal.log.rotation import restart
from geoportal.log.sequence import sequence


class Command(BaseCommand):
    help = (
        "After a restore that lost signed entries: goes on under a new LOG_ORIGIN and says so (docs/log.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reason", required=True, help="what happened, for the public: it cannot be unsaid"
        )

    def handle(self, *args: Any, reason: str, **options: Any) -> None:
        try:
            kept = restart(reason=reason, at=timezone.now())
            sequence(now=timezone.now())
        except LogRefused as refused:
            raise CommandError(str(refused)) from refused
        except ValueError as error:  # the reason holds a number as an IIN is, or is longer than an entry
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("The log goes on under its new name. Its last head under the old one: %(file)s")
            % {"file": kept.name}
        )
