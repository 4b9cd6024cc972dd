"""Rows of the demonstration country: a function of its places, the day, the seed and the rows' numbers."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ingest.demo.clusters import Choice, gathered
from ingest.demo.dice import Dice, Ints
from ingest.demo.lives import Lives, Texts, lives_of
from ingest.demo.mix import mix_of
from ingest.demo.places import Oblasts, Places, Size, known_places, oblasts_of
from ingest.demo.scatter import scattered
from ingest.demo.shapes import drawn
from ingest.demo.texts import Wording, worded
from ingest.demo.times import NEVER, Calendar, moments
from layers.bulk import FeatureRow
from layers.statuses import Kind

SOURCE = "demo"
# Added to the share of Kazakh among texts, by size of the place: cities are the most mixed.
MORE_KAZAKH = {Size.CITY: 0.0, Size.TOWN: 0.05, Size.VILLAGE: 0.14, Size.HAMLET: 0.16}


@dataclass(frozen=True)
class Country:
    seed: int
    places: Places
    oblasts: Oblasts
    calendar: Calendar


def invented(*, jurisdiction: str, seed: int, until: date) -> Country:
    """What all rows have in common. Raises NoPlaces."""
    places = known_places(jurisdiction=jurisdiction, until=until, seed=seed)
    return Country(seed, places, oblasts_of(places, seed), Calendar(until, places.time_zone))


@dataclass(frozen=True)
class Columns:
    """Some features as columns, one entry a row. Times are microseconds, NEVER for what has not happened."""

    numbers: Ints
    choice: Choice
    life: Lives
    due: Ints
    categories: Texts
    language: Texts
    titles: list[str]
    texts: list[str]
    addresses: list[str]
    geometries: NDArray[np.object_]

    def source_ids(self, kind: Kind) -> list[str]:
        return [f"{kind.value}-{number}" for number in self.numbers.tolist()]


def columns(country: Country, kind: Kind, numbers: Ints) -> Columns:
    """The features of these numbers. The same number gives the same feature, whatever others are asked
    for.
    """
    places, oblasts, calendar = country.places, country.oblasts, country.calendar
    mix = mix_of(kind)
    dice = Dice(country.seed, kind.value, numbers)
    choice = _chosen(country, kind, dice)
    oblast = places.oblast[choice.place]
    life = lives_of(kind, dice, choice.received, calendar.now, oblast, oblasts, mix.days[choice.category])
    shapes = np.array(mix.shapes)[choice.category]
    if kind == Kind.PROBLEM:
        shapes = np.full(len(numbers), "point")
    language = _languages(country, dice, choice.place)
    titles, texts, addresses = worded(Wording(kind, mix.categories, places, choice, language), dice)
    return Columns(
        numbers=numbers,
        choice=choice,
        life=life,
        due=calendar.due(choice.day) if kind == Kind.PROBLEM else np.full(len(numbers), NEVER),
        categories=np.array(mix.categories)[choice.category],
        language=language,
        titles=titles,
        texts=texts,
        addresses=addresses,
        geometries=drawn(dice, places, choice.spots, shapes),
    )


def rows(country: Country, kind: Kind, numbers: Ints) -> list[FeatureRow]:
    """``columns`` as ``merge_features`` takes them."""
    return feature_rows(columns(country, kind, numbers), kind)


def feature_rows(told: Columns, kind: Kind) -> list[FeatureRow]:
    return [
        FeatureRow._make((kind.value, *values, SOURCE, source_id, True))
        for *values, source_id in zip(
            told.geometries.tolist(),
            told.titles,
            told.texts,
            told.language.tolist(),
            told.addresses,
            told.categories.tolist(),
            told.life.status.tolist(),
            moments(told.choice.received),
            moments(told.life.first_response),
            moments(told.due),
            moments(told.life.resolved),
            moments(told.life.closed),
            told.source_ids(kind),
            strict=True,
        )
    ]


def _chosen(country: Country, kind: Kind, dice: Dice) -> Choice:
    places, calendar, mix = country.places, country.calendar, mix_of(kind)
    place = dice.pick("place", places.weight * country.oblasts.readiness[places.oblast])
    day, received = calendar.received(dice, mix.months)
    south = country.oblasts.is_south[places.oblast[place]].astype(np.int64)
    weights = mix.weights[places.size[place], south, calendar.months[day]]
    category = dice.pick("category", weights)
    choice = Choice(place, day, received, category, scattered(dice, places, place))
    return gathered(dice, choice, places, calendar, mix) if kind == Kind.PROBLEM else choice


def _languages(country: Country, dice: Dice, place: Ints) -> np.ndarray:
    places, oblasts = country.places, country.oblasts
    oblast = places.oblast[place]
    more = np.array([MORE_KAZAKH[size] for size in Size])[places.size[place]]
    english = np.where(places.size[place] == Size.CITY, oblasts.english[oblast], oblasts.english[oblast] / 4)
    kazakh = np.minimum(oblasts.kazakh[oblast] + more, 0.97 - english)
    drawn = dice.uniform("language")
    return np.select([drawn < kazakh, drawn < kazakh + english], ["kk", "en"], default="ru")
