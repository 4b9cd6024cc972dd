"""``geoportal rotate_log_key``"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geoportal.log.refusals import LogRefused
from geoportal.log.rotation import rotate
from geoportal.log.sequence import sequence


class Command(BaseCommand):
    help = "Gives the public log a new key, which the old one vouches for (docs/log.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verifier = rotate(at=timezone.now())
            sequence(now=timezone.now())
        except LogRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(str(verifier))
        self.stdout.write(
            _("The new key is in LOG_KEY_DIR. The old file may go once /log/keys names the new key.")
        )
