"""Commands speak the language of the operator's terminal, not that of the portal's readers."""

from collections.abc import Mapping

from django.core.management import BaseCommand, ManagementUtility
from django.utils import translation

from geoportal.language import CODES


class Commands(ManagementUtility):
    def __init__(self, argv: list[str], environ: Mapping[str, str]) -> None:
        super().__init__(argv)
        self.language = terminal_language(environ)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        # The applications are loaded here, and with them the translations.
        translation.activate(self.language)
        return super().fetch_command(subcommand)


def terminal_language(environ: Mapping[str, str]) -> str:
    """The locale of messages, in the order of POSIX; English for one that is not ours (C, POSIX, none)."""
    value = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    language = value.split(".")[0].split("_")[0].lower()
    return language if language in CODES else "en"
