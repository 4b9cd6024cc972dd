"""Why a signature is refused: one word for machines, one sentence for people in three languages.

The sentences are kept beside the code, not in the catalogues of translations: the verifier knows no Django,
and a receipt is checked by people who do not run the portal.
"""

from dataclasses import dataclass

from geoportal.lib.errors import DomainError


@dataclass(frozen=True)
class Sentence:
    kk: str
    ru: str
    en: str


class Refusal(DomainError):
    """The signature does not hold; ``code`` is a key of ``SENTENCES``. Its text carries nothing personal."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code].en, code=code)

    def sentence(self, language: str) -> str:
        """The reason for a person; ``language`` is kk, ru or en, KeyError otherwise."""
        return sentence(self.code, language)


def sentence(code: str, language: str) -> str:
    """The sentence of a code, also of a stored one or of ``Verified.pending``; KeyError if there is none."""
    return {"kk": SENTENCES[code].kk, "ru": SENTENCES[code].ru, "en": SENTENCES[code].en}[language]


SENTENCES: dict[str, Sentence] = {
    "two_signers": Sentence(
        kk="Қолтаңбада бірнеше қол қоюшы бар, ал біреу ғана болуы тиіс.",
        ru="В подписи несколько подписантов, а должен быть ровно один.",
        en="The signature has several signers where there must be exactly one.",
    ),
    "revocation_unreachable": Sentence(
        kk="Куәландырушы орталық куәліктің жарамдылығы туралы әзірге жауап бермеді; тексеру қайталанады.",
        ru="Удостоверяющий центр пока не ответил, действует ли сертификат; проверка будет повторена.",
        en="The certification authority has not answered yet whether the certificate is valid; we ask again.",
    ),
}
