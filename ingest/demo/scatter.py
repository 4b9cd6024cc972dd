"""Where exactly: on the streets of an invented plan around the middle of the place, denser towards it."""

from dataclasses import dataclass

import numpy as np

from ingest.demo.dice import Dice, Flags, Floats, Ints
from ingest.demo.places import Places

# Half of a settlement of 1,000 people lives within this, in km; the radius grows with a power of the people.
RADIUS_KM = 0.22
RADIUS_GROWTH = 0.44
TAIL = 0.12  # the share of those who live at the edge, in dachas and new settlements
TAIL_TIMES = 2.4
BLOCK_M = 170
OFF_STREET_M = 9
HOUSE_M = 22
HOUSES = 260  # where a street is longer, the next one begins
METRES_OF_DEGREE = 111_320
TRIES = 8
DECIMALS = 6


@dataclass(frozen=True)
class Spots:
    """``street``: a number that the street has in its place; ``house``: along it. ``angle`` of the street to
    the east, in radians.
    """

    lon: Floats
    lat: Floats
    street: Ints
    house: Ints
    angle: Floats


def scattered(dice: Dice, places: Places, place: Ints) -> Spots:
    """A spot for each row in its place, never outside the country."""
    spots = _thrown(dice, places, place, 0)
    for attempt in range(1, TRIES):
        out = np.flatnonzero(~places.holds(spots.lon, spots.lat))
        if not len(out):
            return spots
        again = _thrown(dice.of(out), places, place[out], attempt)
        for name in ("lon", "lat", "street", "house", "angle"):
            getattr(spots, name)[out] = getattr(again, name)
    out = np.flatnonzero(~places.holds(spots.lon, spots.lat))
    spots.lon[out], spots.lat[out] = places.lon[place[out]], places.lat[place[out]]
    return spots


def _thrown(dice: Dice, places: Places, place: Ints, attempt: int) -> Spots:
    radius_m = 1_000 * RADIUS_KM * np.maximum(places.people[place] / 1_000, 0.05) ** RADIUS_GROWTH
    radius_m *= np.where(dice.uniform(f"edge {attempt}") < TAIL, TAIL_TIMES, 1.0)
    # A Gaussian cloud, stretched a little: few towns are round.
    along = radius_m * dice.normal(f"along {attempt}") * 1.15
    across = radius_m * dice.normal(f"across {attempt}") * 0.85
    turned = dice.uniform(f"which street {attempt}") < 0.5
    return on_street(dice, places, place, along, across, turned, attempt)


def on_street(
    dice: Dice,
    places: Places,
    place: Ints,
    along: Floats,
    across: Floats,
    turned: Flags,
    attempt: int = 0,
) -> Spots:
    """The nearest street of the plan: where ``turned``, one that runs across, else along."""
    off = OFF_STREET_M * dice.normal(f"off street {attempt}")
    line = np.rint(np.where(turned, along, across) / BLOCK_M)
    walked = np.where(turned, across, along)
    x = np.where(turned, line * BLOCK_M + off, walked)
    y = np.where(turned, walked, line * BLOCK_M + off)
    angle = plan_angle(places, place)
    east, north = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    lon, lat = moved(places.lon[place], places.lat[place], east, north)
    return Spots(
        lon=lon,
        lat=lat,
        street=(line * 2 + turned).astype(np.int64),
        house=1 + (np.abs(walked) / HOUSE_M).astype(np.int64) % HOUSES,
        angle=angle + np.where(turned, np.pi / 2, 0.0),
    )


def plan_angle(places: Places, place: Ints) -> Floats:
    """How the plan of a place is turned: within 20 degrees of the compass."""
    return np.radians(places.number[place] * 7 % 41 - 20.0)


def moved(lon: Floats, lat: Floats, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """So many metres away; good over a town."""
    north = np.round(lat + north_m / METRES_OF_DEGREE, DECIMALS)
    east = np.round(lon + east_m / (METRES_OF_DEGREE * np.cos(np.radians(lat))), DECIMALS)
    return east, north
