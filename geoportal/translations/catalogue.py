"""The .po files: brought up to date with the texts of the portal, their translations kept."""

from collections.abc import Iterable
from pathlib import Path

import polib

from geoportal.translations.collect import Message

LANGUAGES = ("kk", "ru")
# CLDR's forms. A noun counted in Kazakh stays singular: its two forms are the same text.
PLURALS = {
    "kk": "nplurals=2; plural=(n!=1);",
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 :"
        " n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
}
# Texts of Django itself that we say otherwise: names of months inside a date, small as Kazakh writes them.
OVERRIDDEN = ("alt. month",)


def file_of(language: str, folder: Path) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue


def update(catalogue: polib.POFile, messages: Iterable[Message]) -> tuple[int, int]:
    """Add new messages untranslated, drop those that nothing says any more. Returns (added, dropped)."""
    wanted: dict[tuple[str | None, str], list[Message]] = {}
    for message in messages:
        wanted.setdefault(message.key, []).append(message)
    kept = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    dropped = [entry for key, entry in kept.items() if key not in wanted and entry.msgctxt not in OVERRIDDEN]
    for entry in dropped:
        catalogue.remove(entry)
    added = 0
    for key, places in wanted.items():
        entry = kept.get(key)
        if entry is None:
            entry = polib.POEntry(msgctxt=key[0], msgid=key[1])
            catalogue.append(entry)
            added += 1
        _describe(entry, places, catalogue.metadata["Plural-Forms"])
    catalogue.sort(key=_order)
    return added, len(dropped)


def _describe(entry: polib.POEntry, places: list[Message], plural_forms: str) -> None:
    entry.occurrences = [(where, "") for where in sorted({message.where for message in places})]
    plural = next((message.plural for message in places if message.plural), "")
    if plural and plural != entry.msgid_plural:
        entry.msgid_plural = plural
        forms = int(plural_forms.split("nplurals=")[1].split(";")[0])
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
        entry.msgstr = ""
    text = entry.msgid + plural
    if "%(" in text and "python-format" not in entry.flags:
        entry.flags.append("python-format")


def _order(entry: polib.POEntry) -> tuple[str, str, str]:
    first = entry.occurrences[0][0] if entry.occurrences else ""
    return first, entry.msgctxt or "", entry.msgid
