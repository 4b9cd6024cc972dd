"""``geoportal compile_translations``: *.po to *.mo, without gettext's own programs."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compile the translations that changed."

    def handle(self, *args: Any, **options: Any) -> None:
        sources = sorted(po for folder in settings.LOCALE_PATHS for po in Path(folder).rglob("*.po"))
        stale = [po for po in sources if not is_fresh(po)]
        for po in stale:
            compile_file(po)
        if stale:
            self.stdout.write(f"Compiled {len(stale)} of {len(sources)} translation files.")


def is_fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime


def compile_file(po: Path) -> None:
    """Write the .mo beside ``po``. Raises CommandError naming the line of a broken file."""
    try:
        catalogue = polib.pofile(str(po))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{po} cannot be read as a translation: {error}") from error
    catalogue.save_as_mofile(str(po.with_suffix(".mo")))
