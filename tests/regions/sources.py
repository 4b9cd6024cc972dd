"""A written source of boundaries: four rayons of two oblasts, with the usual defects.

::

    70       70.5      71       71.5
    +---------+---------+---------+  50.5     codes are real KATO: facts and names are known for them
    | 113200  | 113400  | 153200  |
    |         |         |         |  50.25    153200 overlaps 153400 by a metre; 153200 and 113400
    |         |         +---------+           leave a slit of 14 m along a part of their border
    |         |         | 153400  |
    +---------+---------+---------+  50
"""

from dataclasses import replace
from datetime import date

import shapely

from regions.sources.source import BoundarySource, Expected, SourceUnit

AKKOL, ARSHALY, ALGA, AITEKE_BI = "113200000", "113400000", "153200000", "153400000"
AKMOLA, AKTOBE = "110000000", "150000000"
METRE = 9e-6  # degrees of latitude
SLIT = shapely.box(71, 50.3, 71.0002, 50.4)


def written_source(**changes: object) -> BoundarySource:
    """The source above, in force from 2022-06-08; any field may be changed."""
    units = (
        SourceUnit(AKKOL, shapely.box(70, 50, 70.5, 50.5)),
        SourceUnit(ARSHALY, shapely.box(70.5, 50, 71, 50.5)),
        SourceUnit(ALGA, shapely.box(71, 50.25 - METRE, 71.5, 50.5).difference(SLIT)),
        SourceUnit(AITEKE_BI, shapely.box(71, 50, 71.5, 50.25)),
    )
    source = BoundarySource(
        name="written",
        vintage="2024",
        valid_from=date(2022, 6, 8),
        valid_to=None,
        attribution="Tests",
        licence="CC0",
        sha256="0" * 64,
        units=units,
        expected=Expected(2, 4, None),
    )
    return replace(source, **changes)  # type: ignore[arg-type]


def only_oblasts(**changes: object) -> BoundarySource:
    """The same ground as two oblast-level units without rayons."""
    units = (
        SourceUnit(AKMOLA, shapely.box(70, 50, 71, 50.5), iso="KZ-11"),
        SourceUnit(AKTOBE, shapely.box(71, 50, 71.5, 50.5), iso="KZ-15"),
    )
    return written_source(units=units, expected=Expected(2, 0, None), **changes)


def quiet(_step: str) -> None:
    """A progress that nobody looks at."""
