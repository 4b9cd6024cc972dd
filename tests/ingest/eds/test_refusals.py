"""Every code that is raised has its sentence in three languages, and no sentence is without its code."""

import re
from pathlib import Path

import pytest

import ingest.eds
from ingest.eds.refusals import SENTENCES, Refusal, sentence
from ingest.eds.verify import UNREACHABLE

FOLDER = Path(ingest.eds.__file__).parent
RAISED = re.compile(r"\b(?:Refusal|refusing|renamed)\(((?:[^()]|\([^()]*\))*)\)")


def raised_codes() -> set[str]:
    texts = [path.read_text() for path in FOLDER.glob("*.py")]
    calls = [call for text in texts for call in RAISED.findall(text)]
    return {code for call in calls for code in re.findall(r'"([a-z_]+)"', call)} | {UNREACHABLE}


def test_codes_and_sentences_are_the_same() -> None:
    assert raised_codes() == set(SENTENCES)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_no_two_codes_say_the_same(language: str) -> None:
    said = [sentence(code, language) for code in SENTENCES]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_one_in_its_own_language(code: str) -> None:
    refusal = Refusal(code)
    kazakh, russian, english = (refusal.sentence(language) for language in ("kk", "ru", "en"))
    assert all(text[0].isupper() and text.endswith(".") for text in (kazakh, russian, english))
    assert re.search("[әғқңөұүһі]", kazakh, re.IGNORECASE)
    assert not re.search("[әғқңөұүһі]", russian, re.IGNORECASE)
    assert english.isascii()
    assert str(refusal) == english
