"""The words that statements are written in. FROZEN: people have signed them, and receipts are read by them.

To change a word, add a Wording with the next version; the old one stays for what was signed with it. A test
holds the digest of each (tests/ingest/statement/test_wording.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Text in the three languages.
Said = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A part of the content. ``is_marked``: written by a person, so each of its lines begins with a mark."""

    name: str
    label: Said
    is_marked: bool = False


@dataclass(frozen=True)
class Frame:
    """The labels that every statement has."""

    origin: Said
    object: Said
    revision: Said
    attachments: Said
    language: Said
    nonce: Said
    issued_at: Said
    expires_at: Said


@dataclass(frozen=True)
class Wording:
    """``says`` is the first line: what it means to sign this. ``fields`` stand in the order of the text."""

    type: str
    version: int
    says: Said
    fields: tuple[Field, ...]
    frame: Frame


FRAME_1 = Frame(
    origin={"kk": "Портал", "ru": "Портал", "en": "Portal"},
    object={"kk": "Нысан", "ru": "Объект", "en": "Object"},
    revision={"kk": "Нұсқа", "ru": "Редакция", "en": "Revision"},
    attachments={
        "kk": "Қосымшалар саны және олардың SHA-256 бақылау сомалары",
        "ru": "Число вложений и их контрольные суммы SHA-256",
        "en": "Number of attachments and their SHA-256 checksums",
    },
    language={"kk": "Құжат тілі", "ru": "Язык документа", "en": "Language of the document"},
    nonce={"kk": "Бір реттік код", "ru": "Одноразовый код", "en": "One-time code"},
    issued_at={"kk": "Берілген уақыты (UTC)", "ru": "Выдано (UTC)", "en": "Issued (UTC)"},
    expires_at={
        "kk": "Қол қою мерзімінің соңы (UTC)",
        "ru": "Подписать не позднее (UTC)",
        "en": "To be signed before (UTC)",
    },
)

PROBLEM_FIELDS_1 = (
    Field("title", {"kk": "Тақырыбы", "ru": "Заголовок", "en": "Title"}, is_marked=True),
    Field("text", {"kk": "Мәтіні", "ru": "Текст", "en": "Text"}, is_marked=True),
    Field("category", {"kk": "Санаты", "ru": "Категория", "en": "Category"}),
    Field("place", {"kk": "Ендігі, бойлығы", "ru": "Широта, долгота", "en": "Latitude, longitude"}),
    Field("address", {"kk": "Мекенжайы", "ru": "Адрес", "en": "Address"}, is_marked=True),
    Field("text_language", {"kk": "Мәтін тілі", "ru": "Язык текста", "en": "Language of the text"}),
)

_ISSUED = (
    Wording(
        type="login",
        version=1,
        says={
            "kk": "Мен порталға кіремін. Бұл өтініш те, келісім де емес.",
            "ru": "Я вхожу на портал. Это не обращение и не согласие.",
            "en": "I sign in to the portal. This is neither an appeal nor a consent.",
        },
        fields=(),
        frame=FRAME_1,
    ),
    Wording(
        type="problem.submit",
        version=1,
        says={
            "kk": "Мен порталға мәселе туралы өтініш жолдаймын.",
            "ru": "Я направляю на портал обращение о проблеме.",
            "en": "I submit an appeal about a problem to the portal.",
        },
        fields=PROBLEM_FIELDS_1,
        frame=FRAME_1,
    ),
    Wording(
        type="problem.revise",
        version=1,
        says={
            "kk": "Мен мәселе туралы бұрын жолдаған өтінішімді осы нұсқамен ауыстырамын.",
            "ru": "Я заменяю этой редакцией своё обращение о проблеме, направленное ранее.",
            "en": "I replace an appeal about a problem that I submitted earlier with this revision.",
        },
        fields=PROBLEM_FIELDS_1,
        frame=FRAME_1,
    ),
)

WORDINGS: dict[tuple[str, int], Wording] = {(each.type, each.version): each for each in _ISSUED}


def latest_wording(type: str) -> Wording:
    """What new statements of the type are written in. Raises KeyError for a type that there is not."""
    versions = [version for known, version in WORDINGS if known == type]
    if not versions:
        raise KeyError(type)
    return WORDINGS[type, max(versions)]
