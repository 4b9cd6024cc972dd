"""``geoportal make_log_key``"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geoportal.log.keys import KeyFolder


class Command(BaseCommand):
    help = "Makes the first key of the public log in LOG_KEY_DIR (docs/log.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
        if folder.files():
            raise CommandError(_("LOG_KEY_DIR has a key already: geoportal rotate_log_key makes the next."))
        try:
            self.stdout.write(str(folder.make().verifier))
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(why)s") % {"path": folder.folder, "why": error.strerror}
            ) from error
