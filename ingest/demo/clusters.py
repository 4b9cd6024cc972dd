"""Events that many report at once: a burst pipe in one street, a town without heating."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ingest.demo.dice import Dice, Floats, Ints
from ingest.demo.facts import table
from ingest.demo.mix import Mix
from ingest.demo.places import Places
from ingest.demo.scatter import BLOCK_M, Spots, on_street
from ingest.demo.times import FIRST_DAY, Calendar

SHARE = 0.02  # of all problems


@dataclass(frozen=True)
class Choice:
    """What was drawn for some rows: where, when, what."""

    place: Ints
    day: Ints
    received: Ints
    category: Ints
    spots: Spots


def gathered(dice: Dice, drawn: Choice, places: Places, calendar: Calendar, mix: Mix) -> Choice:
    """Moves a few of the rows into events; an event that has not ended by the calendar's day does not occur,
    nor one in a town that is not loaded.
    """
    events = [
        row
        for row in table("clusters")
        if date.fromisoformat(row["to"]) < calendar.until and int(row["geonames_id"]) in places.number
    ]
    rows = np.flatnonzero(dice.uniform("in an event") < SHARE)
    if not events or not len(rows):
        return drawn
    here = dice.of(rows)
    event = here.pick("event", [float(row["share"]) for row in events])

    def fact(name: str) -> Floats:
        return np.array([float(row[name]) for row in events])[event]

    numbers = [int(np.flatnonzero(places.number == int(row["geonames_id"]))[0]) for row in events]
    place = np.array(numbers)[event]
    first = np.array([(date.fromisoformat(row["from"]) - FIRST_DAY).days for row in events])[event]
    last = np.array([(date.fromisoformat(row["to"]) - FIRST_DAY).days for row in events])[event]
    # Most write in the first days.
    day = first + (here.uniform("event day") ** 2 * (last - first + 1)).astype(np.int64)
    along = fact("along_m") + fact("length_m") * (here.uniform("event along") - 0.5)
    across = fact("across_m") + fact("width_m") * (here.uniform("event across") - 0.5)
    # A narrow event is that of one street.
    turned = (here.uniform("event street") < 0.5) & (fact("width_m") > BLOCK_M)
    spots = on_street(here, places, place, along, across, turned)
    inside = places.holds(spots.lon, spots.lat)
    rows, place, day, event = rows[inside], place[inside], day[inside], event[inside]
    merged = replace(drawn)
    merged.received[rows] += calendar.starts[day] - calendar.starts[drawn.day[rows]]
    merged.day[rows] = day
    merged.place[rows] = place
    merged.category[rows] = np.array([mix.index(row["category"]) for row in events])[event]
    for name in ("lon", "lat", "street", "house", "angle"):
        getattr(merged.spots, name)[rows] = getattr(spots, name)[inside]
    return merged
