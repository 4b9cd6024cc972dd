"""Why a signature is refused: one word for machines, one sentence for people in three languages.

The sentences are kept beside the code, not in the catalogues of translations: the verifier knows no Django,
and a receipt is checked by people who do not run the portal.
"""

from geoportal.lib.errors import DomainError
from ingest.eds.sentence import Sentence
from ingest.eds.sentences import SIGNATURE
from ingest.eds.sentences_of_others import OTHERS

SENTENCES: dict[str, Sentence] = SIGNATURE | OTHERS


class Refusal(DomainError):
    """The signature does not hold; ``code`` is a key of ``SENTENCES``. Its text carries nothing personal."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code].en, code=code)

    def sentence(self, language: str) -> str:
        """The reason for a person; ``language`` is kk, ru or en, KeyError otherwise."""
        return sentence(self.code, language)


def is_of_an_answer(code: str) -> bool:
    """Whether the authority's answer about revocation was bad: nothing is known of the signature then."""
    return code.startswith(("ocsp_", "crl_"))


def sentence(code: str, language: str) -> str:
    """The sentence of a code, also of a stored one or of ``Verified.pending``; KeyError if there is none."""
    return {"kk": SENTENCES[code].kk, "ru": SENTENCES[code].ru, "en": SENTENCES[code].en}[language]
