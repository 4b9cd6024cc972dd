"""What is asked: random tiles where people are, each under a random mix of filters. The same for everyone who
is measured, and the same in each run on the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
from django.conf import settings
from django.http import QueryDict

from geoportal.lib.geo import Tile
from layers.catalogue import COLLECTIONS, Collection
from layers.filters import Filters
from layers.models import Category
from layers.snapshot.live import State
from layers.snapshot.morton import BITS, separate
from layers.snapshot.rows import DAY_ZERO, Part
from layers.snapshot.shard import Shard
from layers.statuses import Group, Kind

SEED = 20261125
TILES = 300
ZOOMS = range(17)
COUNTRY_ZOOMS = range(6)
COLLECTION = COLLECTIONS["problems"]
# In tests, so that each comes often and all together sometimes.
SHARE_FILTERED = 0.5
SHORTEST_DAYS, LONGEST_DAYS = 30, 1_000


@dataclass(frozen=True)
class Subject:
    """What is measured: a state of the snapshot, the database it was made from and the folder it is in."""

    state: State
    url: str
    folder: Path
    collection: Collection = COLLECTION

    @property
    def part(self) -> Part:
        return Part(Kind.PROBLEM, settings.DEFAULT_JURISDICTION)

    @property
    def shard(self) -> Shard:
        """The problems of the generation's files."""
        return self.state.base.shards[self.part]

    @property
    def rows(self) -> int:
        return self.shard.rows


class Query(NamedTuple):
    tile: Tile
    text: str
    filters: Filters

    @property
    def path(self) -> str:
        """Its address at our server."""
        tile = self.tile
        return f"/tiles/{COLLECTION.name}/{tile.z}/{tile.x}/{tile.y}.mvt?{self.text}".rstrip("?")


def query_of(tile: Tile, **params: str) -> Query:
    text = urlencode(params)
    return Query(tile, text, COLLECTION.parse(QueryDict(text)))


def random_queries(subject: Subject, count: int = TILES) -> list[Query]:
    """Zooms in turns, each tile around a random problem."""
    dice = np.random.default_rng(SEED)
    shard, parents = subject.shard, dict(Category.objects.values_list("code", "parent"))
    found = []
    for number in range(count):
        row, other, third = dice.integers(shard.rows, size=3)
        x, y = shard.positions(np.array([row]))
        z = ZOOMS[number % len(ZOOMS)]
        tile = Tile(z, int(x[0]) >> BITS - z, int(y[0]) >> BITS - z)
        params = {}
        if dice.random() < SHARE_FILTERED:
            params["status"] = _group(shard, int(other)).value
        if dice.random() < SHARE_FILTERED:
            code = shard.vocabulary.categories[int(shard.arrays["category"][other])]
            params["category"] = (parents[code] or code) if dice.random() < 0.5 else code
        if dice.random() < SHARE_FILTERED:
            # Of the tile's own problem: nobody looks for Oskemen in a tile of Aktau.
            oblast, rayon = shard.vocabulary.regions[int(shard.arrays["region"][row])]
            if region := oblast if dice.random() < 0.5 or not rayon else rayon:
                params["region"] = region
        if dice.random() < SHARE_FILTERED:
            first = _day(shard, int(third))
            last = first + timedelta(days=int(dice.integers(SHORTEST_DAYS, LONGEST_DAYS)))
            params |= {"from": first.isoformat(), "to": last.isoformat()}
        found.append(query_of(tile, **params))
    return found


def random_places(subject: Subject, count: int) -> Iterator[tuple[float, float, str]]:
    """``lon``, ``lat`` and the rayon of random problems, to a tile of zoom 16."""
    shard = subject.shard
    rows = np.random.default_rng(SEED).integers(shard.rows, size=count)
    regions = shard.arrays["region"][rows]
    for x, y, region in zip(*shard.positions(rows), regions, strict=True):
        west, south, _, _ = Tile(16, int(x) >> BITS - 16, int(y) >> BITS - 16).bounds()
        yield west, south, shard.vocabulary.regions[int(region)][1]


def country_tiles(subject: Subject) -> Iterator[Tile]:
    """Those of zoom 0 to 5 that have a problem."""
    shard = subject.shard
    level = shard.levels[0]
    for z in COUNTRY_ZOOMS:
        codes = np.unique(shard.arrays[f"cells_{level}"].astype(np.uint64) >> np.uint64(2 * (level - z)))
        for x, y in zip(*separate(codes), strict=True):
            yield Tile(z, int(x), int(y))


def filter_changes(subject: Subject) -> dict[str, dict[str, str]]:
    """What a reader may choose beside the map of the country, as parameters of the address."""
    shard = subject.shard
    counts = np.bincount(shard.arrays["region"], minlength=len(shard.vocabulary.regions))
    oblast = shard.vocabulary.regions[int(counts.argmax())][0]
    parent = Category.objects.filter(parent__isnull=False).order_by("position", "code")[0].parent
    newest = _day(shard, int(shard.arrays["received"].argmax()))
    return {
        "nothing": {},
        "open ones": {"status": Group.OPEN.value},
        "a group of categories": {"category": parent.code if parent else ""},
        "an oblast": {"region": oblast} if oblast else {},
        "a year": {"from": (newest - timedelta(days=365)).isoformat(), "to": newest.isoformat()},
    }


def _group(shard: Shard, row: int) -> Group:
    groups = list(Group)
    room = len(shard.vocabulary.statuses) // len(groups)
    return groups[int(shard.arrays["status"][row]) // room]


def _day(shard: Shard, row: int) -> date:
    return DAY_ZERO + timedelta(days=int(shard.arrays["received"][row]) + shard.facts["first_day"])
