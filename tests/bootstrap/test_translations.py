"""Translations are compiled when they changed, and a broken one is named."""

import gettext
import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "need"\nmsgstr "қажеттілік"\n'


@pytest.fixture
def po(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path])
    file = tmp_path / "kk" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO)
    return file


def compile_translations() -> str:
    out = io.StringIO()
    call_command("compile_translations", stdout=out)
    return out.getvalue()


def test_a_translation_is_compiled_once_and_again_when_it_changed(po: Path) -> None:
    assert compile_translations() == "Compiled 1 of 1 translation files.\n"
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("need") == "қажеттілік"
    assert compile_translations() == ""
    compiled = po.with_suffix(".mo").stat().st_mtime
    os.utime(po, (compiled + 1, compiled + 1))
    assert compile_translations() == "Compiled 1 of 1 translation files.\n"


def test_a_broken_translation_is_named_with_its_line(po: Path) -> None:
    po.write_text(PO + "\nnonsense\n")
    with pytest.raises(CommandError, match=r"django\.po cannot be read as a translation: .*line 7"):
        compile_translations()
