"""Every text of the portal is there in Kazakh and Russian, whole and unbroken."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

from geoportal.translations.catalogue import OVERRIDDEN, PLURALS, file_of, read, update
from geoportal.translations.collect import (
    Message,
    NotCollectable,
    collect,
    messages_of_python,
    messages_of_template,
)

FOLDER = Path(settings.LOCALE_PATHS[0])
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w*\}|<[^>]+>")
LANGUAGES = ("kk", "ru")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(file_of(language, FOLDER)))


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return collect(settings.BASE_DIR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_its_translation(language: str, messages: list[Message]) -> None:
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue(language)}
    missing = [
        f"{message.where}: {message.text}"
        for message in messages
        if message.key not in entries or not all(translations(entries[message.key]))
    ]
    assert missing == [], "run `geoportal collect_translations` and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_unsure_or_left_over(language: str, messages: list[Message]) -> None:
    wanted = {message.key for message in messages}
    assert [e.msgid for e in catalogue(language) if "fuzzy" in e.flags or e.obsolete] == []
    left_over = [
        e.msgid
        for e in catalogue(language)
        if (e.msgctxt, e.msgid) not in wanted and e.msgctxt not in OVERRIDDEN
    ]
    assert left_over == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders_and_the_tags(language: str) -> None:
    broken = []
    for entry in catalogue(language):
        for text in translations(entry):
            wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
            if sorted(PLACEHOLDER.findall(text)) != wanted:
                broken.append((entry.msgid, text))
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    assert catalogue(language).metadata["Plural-Forms"] == PLURALS[language]
    forms = 2 if language == "kk" else 3
    assert {len(e.msgstr_plural) for e in catalogue(language) if e.msgid_plural} == {forms}


def test_latin_letters_that_look_cyrillic_do_not_slip_into_words() -> None:
    mixed = re.compile(r"[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", re.IGNORECASE)
    slips = [
        found[0]
        for language in LANGUAGES
        for entry in catalogue(language)
        for text in translations(entry)
        for found in [mixed.search(PLACEHOLDER.sub(" ", text))]
        if found
    ]
    assert slips == []


def collected(source: str) -> list[tuple[str | None, str, str | None]]:
    return [(m.context, m.text, m.plural) for m in messages_of_python(source, "x.py")]


def test_texts_are_found_under_any_name_of_the_function() -> None:
    source = (
        "from django.utils.translation import gettext_lazy as _, pgettext as p, ngettext\n"
        "_('one ' 'two')\np('month', 'May')\nngettext('%(n)s day', '%(n)s days', 3)\nother('not this')\n"
    )
    assert collected(source) == [
        (None, "one two", None),
        ("month", "May", None),
        (None, "%(n)s day", "%(n)s days"),
    ]


def test_a_text_built_at_run_time_is_refused() -> None:
    with pytest.raises(NotCollectable, match=r"x\.py:2"):
        collected("from django.utils.translation import gettext\ngettext(f'{1} day')\n")


def test_texts_are_found_in_every_corner_of_a_template() -> None:
    source = (
        "{% load i18n %}{% block a %}{% if x %}{% for y in z %}{% translate 'in a loop' %}{% endfor %}"
        "{% else %}{% translate 'May' context 'month' %}{% endif %}{% endblock %}"
        "{% blocktranslate count n=z %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    found = {(m.context, m.text, m.plural) for m in messages_of_template(source, "x.html")}
    assert found == {
        (None, "in a loop", None),
        ("month", "May", None),
        (None, "%(n)s day", "%(n)s days"),
    }


def test_collecting_keeps_translations_adds_new_texts_and_drops_old_ones(tmp_path: Path) -> None:
    book = read(tmp_path / "django.po", "ru")
    assert update(book, entries("kept", "dropped")) == (2, 0)
    book.find("kept").msgstr = "осталось"
    assert update(book, entries("kept", "new")) == (1, 1)
    assert {e.msgid: e.msgstr for e in book} == {"kept": "осталось", "new": ""}


def entries(*texts: str) -> Iterator[Message]:
    return (Message(text, None, None, "x.py") for text in texts)
