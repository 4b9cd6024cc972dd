"""``geoportal collect_translations``: bring the .po files up to date with the portal's texts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geoportal.translations.catalogue import LANGUAGES, file_of, read, update
from geoportal.translations.collect import NotCollectable, collect


class Command(BaseCommand):
    help = (
        "Add new texts to the translation files, drop those no longer used, and count what is untranslated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            messages = collect(settings.BASE_DIR)
        except NotCollectable as error:
            raise CommandError(str(error)) from error
        for language in LANGUAGES:
            path = file_of(language, Path(settings.LOCALE_PATHS[0]))
            catalogue = read(path, language)
            added, dropped = update(catalogue, messages)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            missing = len(catalogue.untranslated_entries())
            self.stdout.write(f"{language}: {added} added, {dropped} dropped, {missing} to translate.")
