"""In whose words: perhaps a greeting, what happened and where, what it means, perhaps a request."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.demo.clusters import Choice
from ingest.demo.dice import Dice
from ingest.demo.facts import table
from ingest.demo.places import Places, Size
from ingest.demo.streets import Street, address, street_at
from layers.categories import taxonomy
from layers.statuses import Kind

# Who names the street and the house, by size of the place.
ADDRESSED = {Size.CITY: 0.78, Size.TOWN: 0.7, Size.VILLAGE: 0.55, Size.HAMLET: 0.0}
STREET_IN_TITLE = 0.35
TITLE_LENGTH = 200

T = TypeVar("T")


@dataclass(frozen=True)
class Wording:
    """What the texts are about."""

    kind: Kind
    categories: tuple[str, ...]
    places: Places
    choice: Choice
    language: NDArray[np.str_]


@dataclass(frozen=True)
class Phrase:
    title: str
    text: str


def worded(wording: Wording, dice: Dice) -> tuple[list[str], list[str], list[str]]:
    """Title, text and address of each row."""
    titles, texts, addresses = [], [], []
    for title, text, where in _each(wording, dice):
        titles.append(title)
        texts.append(text)
        addresses.append(where)
    return titles, texts, addresses


def _each(wording: Wording, dice: Dice) -> Iterator[tuple[str, str, str]]:
    choice, places = wording.choice, wording.places
    size = places.size[choice.place]
    addressed = dice.uniform("addressed") < np.array([ADDRESSED[each] for each in Size])[size]
    in_title = dice.uniform("street in title") < STREET_IN_TITLE
    columns = zip(
        wording.language.tolist(),
        choice.category.tolist(),
        choice.place.tolist(),
        places.number[choice.place].tolist(),
        size.tolist(),
        choice.spots.street.tolist(),
        choice.spots.house.tolist(),
        addressed.tolist(),
        in_title.tolist(),
        *(dice.uniform(part).tolist() for part in ("phrase", "around", "opening", "meaning", "request")),
        strict=True,
    )
    for language, code, place, number, extent, line, house, has_street, titled, *chances in columns:
        category = wording.categories[code]
        phrase = _one(phrases(wording.kind, language)[category], chances[0])
        title, name = phrase.title, places.names[language][place]
        if has_street:
            street: Street = street_at(language, number, line, extent)
            where, written = street.where, address(language, name, street, house)
            if titled:
                title = f"{title}, {street.name}"
        else:
            where = _one(around(language, extent), chances[1])
            written = name if extent == Size.HAMLET else ""
        told = phrase.text.replace("{where}", where).replace("{Where}", where[:1].upper() + where[1:])
        parts = (
            _one(said("opening", wording.kind, language, ""), chances[2]),
            told,
            _one(said("meaning", wording.kind, language, parent_of(category)), chances[3]),
            _one(said("request", wording.kind, language, ""), chances[4]),
        )
        yield title[:TITLE_LENGTH], " ".join(part for part in parts if part), written


def _one(these: tuple[T, ...], chance: float) -> T:
    return these[int(chance * len(these))]


@cache
def phrases(kind: Kind, language: str) -> dict[str, tuple[Phrase, ...]]:
    """By category."""
    found: dict[str, tuple[Phrase, ...]] = {}
    for row in table(f"{kind.value}s_{language}"):
        phrase = Phrase(row["title"], row["text"])
        found[row["category"]] = (*found.get(row["category"], ()), phrase)
    return found


@cache
def around(language: str, size: int) -> tuple[str, ...]:
    """Where something is that has no address."""
    word = "city" if size in {Size.CITY, Size.TOWN} else "village"
    return tuple(
        row["where"] for row in table("around") if (row["language"], row["size"]) == (language, word)
    )


@cache
def said(part: str, kind: Kind, language: str, about: str) -> tuple[str, ...]:
    """The ways to say one part of a text; an empty one where it may also be left out."""
    wanted = (part, language, about)
    rows = [row for row in table("sayings") if (row["part"], row["language"], row["about"]) == wanted]
    return tuple(row["text"] for row in rows if row["kind"] in {"", kind.value}) or ("",)


@cache
def parent_of(category: str) -> str:
    (row,) = (row for row in taxonomy() if row["code"] == category)
    return row["parent"] or category
