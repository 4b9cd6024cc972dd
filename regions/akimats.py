"""The name of a region's akimat in three languages, from the region's own names.

Kazakh and English follow one rule each. Russian wants the genitive of the region: "акимат Абайского района",
"акимат области Абай", "акимат города Караганды". The rule is that the word for the kind of unit and an
adjective before it are declined; a name after it stays ("района Биржан сал"), except a city's, which is
declined as a Russian noun where its ending allows. ``UNDECLINED`` lists the cities whose own offices do not.
"""

import re

# Official usage: "акимат города Семей", "акимат города Конаев", not "Семея", "Конаева".
UNDECLINED = {"Семей", "Конаев", "Сатпаев", "Тараз"}

KIND_GENITIVE = {"область": "области", "район": "района", "город": "города"}
ADJECTIVE_GENITIVE = ((r"ский$", "ского"), (r"ская$", "ской"), (r"ый$", "ого"), (r"ий$", "ого"))
# Soft signs: Сарань, Арысь are feminine.
CITY_GENITIVE = (
    (r"([гкх])а$", r"\1и"),
    (r"а$", "ы"),
    (r"ь$", "и"),
    (r"ый$", "ого"),
    (r"ай$", "ая"),
    (r"([бвгджзклмнпрстфхцчшщ])$", r"\1а"),
)


def akimat_names(*, name_kk: str, name_ru: str, name_en: str) -> dict[str, str]:
    """``name_kk``, ``name_ru``, ``name_en`` of the akimat of the region with these names."""
    return {
        "name_kk": f"{_kazakh_genitive(name_kk)} әкімдігі",
        "name_ru": f"Акимат {russian_genitive(name_ru)}",
        "name_en": f"Akimat of {name_en}",
    }


def _kazakh_genitive(name: str) -> str:
    """Names end in ``облысы``, ``ауданы`` or ``қаласы``: possessed forms, whose genitive adds ``ның``."""
    return f"{name}ның"


def russian_genitive(name: str) -> str:
    """``Абайский район`` → ``Абайского района``, ``город Караганда`` → ``города Караганды``."""
    first, *rest = name.split()
    if first in KIND_GENITIVE:
        title = " ".join(rest)
        declined = _city(title) if first == "город" else title
        return f"{KIND_GENITIVE[first]} {declined}"
    *adjectives, kind = name.split()
    return " ".join(
        [*(_changed(word, ADJECTIVE_GENITIVE) for word in adjectives), KIND_GENITIVE.get(kind, kind)]
    )


def _city(name: str) -> str:
    return name if name in UNDECLINED else _changed(name, CITY_GENITIVE)


def _changed(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in endings:
        changed = re.sub(pattern, replacement, word)
        if changed != word:
            return changed
    return word
