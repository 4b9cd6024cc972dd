"""Which of a place's many spellings is its Kazakh name, and which its Russian one: told apart by their
letters.

GeoNames lists alternate names without saying their languages. A Cyrillic spelling with a letter that only
Kazakh has is taken for Kazakh, one with Russian letters alone for Russian; Ukrainian, Belarusian, Uzbek,
Kyrgyz and Tatar ones mostly fall out by their own letters. Among several, the one that sounds most like
GeoNames' main name (the current one: historic names lie further away) is chosen. What this gets wrong is put
right in regions/data/settlements.csv.
"""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
KAZAKH_ONLY = set("әғқңөұүһі")
APART = set(" -’'.")
# Kazakh і is written in Ukrainian and Belarusian too; these endings are theirs.
NOT_KAZAKH = ("ськ", "цьк", "ськи", "ая")

_SOUNDS = str.maketrans(
    "аәбвгғдеёзийкқлмноөпрстуұүфһыіэqöüūīıäğş",
    "aabvggdeeziykklmnooprstuuufhyiekouuiyags",
) | str.maketrans(
    {"ж": "zh", "ң": "ng", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
    | dict.fromkeys("ъь’'", "")
)


def sounds(name: str) -> str:
    """A rough Latin spelling in which the same place's names in two scripts look alike."""
    return name.lower().translate(_SOUNDS)


def closest(spellings: Iterable[str], name: str) -> str:
    """The one that sounds most like ``name``; on a tie the richest in Kazakh letters, then the first."""
    wanted = sounds(name)

    def rank(spelling: str) -> tuple[float, int]:
        likeness = SequenceMatcher(None, sounds(spelling), wanted).ratio()
        return round(likeness, 2), len(KAZAKH_ONLY & set(spelling.lower()))

    return max(spellings, key=rank, default="")


def kazakh_and_russian(name: str, alternates: Iterable[str]) -> tuple[str, str]:
    """The Kazakh and the Russian spelling of the place called ``name``.

    Where there is one only, it stands for both: many names are spelt alike. ``name`` itself where there is
    none.
    """
    russian, kazakh = [], []
    for spelling in alternates:
        letters = set(spelling.lower()) - APART
        if spelling == spelling.upper() or not letters <= RUSSIAN | KAZAKH_ONLY:
            continue
        if not letters & KAZAKH_ONLY:
            russian.append(spelling)
        elif not spelling.lower().endswith(NOT_KAZAKH):
            kazakh.append(spelling)
    name_kk, name_ru = closest(kazakh, name), closest(russian, name)
    return name_kk or name_ru or name, name_ru or name_kk or name


def plain_latin(name: str) -> str:
    """GeoNames' romanisation without its marks: ``Äūlīeköl`` → ``Auliekol``, ``Ul’ba`` → ``Ulba``."""
    apart = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("’", ""))
    return "".join(c for c in apart if not unicodedata.combining(c))


def searchable(spelling: str) -> bool:
    """Whether people who read Kazakh, Russian or English could type it: Cyrillic or Latin letters only."""
    return all(
        c in APART or c.isdigit() or "\u0041" <= c <= "\u024f" or "\u0400" <= c <= "\u04ff" for c in spelling
    )
