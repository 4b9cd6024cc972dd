"""The names of invented streets and houses, as each language writes them."""

from dataclasses import dataclass
from functools import cache

from ingest.demo.facts import table
from ingest.demo.places import Size

# Of the lines of a city's plan, every seventh runs through a district of blocks with a number and no streets.
BLOCKS_EACH = 7
BLOCKS = 19
# Spreads the names over neighbouring lines and over places.
OF_LINE, OF_PLACE = 23, 31


@dataclass(frozen=True)
class Street:
    """``name`` as in an address, ``where`` as in a sentence (not at its beginning)."""

    name: str
    where: str


def street_at(language: str, place: int, line: int, size: int) -> Street:
    """What the line of the place is called, always the same."""
    if size == Size.CITY and line % BLOCKS_EACH == BLOCKS_EACH - 1:
        return _block(language, 1 + (line + place) % BLOCKS)
    names = streets(language)
    return names[(line * OF_LINE + place * OF_PLACE) % len(names)]


@cache
def streets(language: str) -> tuple[Street, ...]:
    return tuple(_street(language, row["kind"], row[language]) for row in table("streets"))


def _street(language: str, kind: str, name: str) -> Street:
    is_avenue = kind == "avenue"
    if language == "kk":
        word, where = ("даңғылы", "даңғылында") if is_avenue else ("көшесі", "көшесінде")
        return Street(f"{name} {word}", f"{name} {where}")
    if language == "ru":
        word, where = ("проспект", "на проспекте") if is_avenue else ("улица", "на улице")
        return Street(f"{word} {name}", f"{where} {name}")
    word = "Avenue" if is_avenue else "Street"
    return Street(f"{name} {word}", f"on {name} {word}")


@cache
def _block(language: str, number: int) -> Street:
    if language == "kk":
        return Street(f"{number}-шағын аудан", f"{number}-шағын ауданда")
    if language == "ru":
        return Street(f"{number}-й микрорайон", f"в {number}-м микрорайоне")
    return Street(f"Microdistrict {number}", f"in Microdistrict {number}")


def address(language: str, place: str, street: Street, house: int) -> str:
    if language == "kk":
        return f"{place}, {street.name}, {house}-үй"
    if language == "ru":
        return f"{place}, {street.name}, {house}"
    return (
        f"{house} {street.name}, {place}"
        if street.where.startswith("on")
        else f"{street.name}, {house}, {place}"
    )
