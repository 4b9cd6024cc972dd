"""The gate that boundaries pass before anything is kept: it checks the result, whatever was repaired."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from geoportal.lib.errors import DomainError
from regions import coverage
from regions.coverage import Shapes
from regions.sources.source import Expected

OVERLAP_LIMIT_KM2 = 1.0
AREA_TOLERANCE = 0.005
# Cleaning moves borders by metres. A unit that gained or lost more than this share was not mended but
# redrawn.
REDRAWN_SHARE = 0.02


class BoundariesRefused(DomainError):
    """The boundaries are not good enough to be kept; the message is the reason."""

    code = "boundaries_refused"


@dataclass(frozen=True)
class Level:
    """The units of one level: codes, shapes in EPSG:4326 and their areas in km², all in the same order."""

    codes: tuple[str, ...]
    shapes: Shapes
    areas: NDArray[np.float64]


def check_level(level: Level) -> None:
    """Raises BoundariesRefused unless codes are unique, shapes valid and together a coverage."""
    ordered = sorted(level.codes)
    for code, following in pairwise(ordered):
        if code == following:
            raise BoundariesRefused(_("%(code)s comes twice") % {"code": code})
    for code, shape in zip(level.codes, level.shapes, strict=True):
        if shape.is_empty or not shape.is_valid:
            raise BoundariesRefused(_("%(code)s has no valid polygon") % {"code": code})
    for overlap in coverage.overlaps(level.shapes):
        if overlap.km2 > OVERLAP_LIMIT_KM2:
            pair = f"{level.codes[overlap.first]}, {level.codes[overlap.second]}"
            raise BoundariesRefused(
                _("%(pair)s overlap by %(km2).1f km²") % {"pair": pair, "km2": overlap.km2}
            )
    if not shapely.coverage_is_valid(level.shapes):
        raise BoundariesRefused(_("the units do not fit together without gaps"))


def check_redrawn(level: Level, published: Shapes) -> None:
    """Raises BoundariesRefused for a unit whose area is far from what the source published."""
    before = coverage.area_km2(coverage.repaired(published))
    for code, km2, was in zip(level.codes, level.areas, before, strict=True):
        if abs(km2 - was) > REDRAWN_SHARE * was:
            raise BoundariesRefused(
                _("%(code)s would change from %(was).0f to %(km2).0f km²")
                % {"code": code, "was": was, "km2": km2}
            )


def check_promises(expected: Expected, *, oblasts: Level, rayons: Level | None) -> None:
    """Raises BoundariesRefused unless the units are as many and as large as the source must have."""
    counts = (
        (_("oblast-level units"), expected.oblasts, len(oblasts.codes)),
        (_("rayon-level units"), expected.rayons, len(rayons.codes) if rayons else 0),
    )
    for what, wanted, found in counts:
        if wanted is not None and wanted != found:
            raise BoundariesRefused(
                _("there are %(found)d %(what)s, there must be %(wanted)d")
                % {"found": found, "what": what, "wanted": wanted}
            )
    total = float(oblasts.areas.sum())
    if expected.area_km2 is not None and abs(total - expected.area_km2) > AREA_TOLERANCE * expected.area_km2:
        raise BoundariesRefused(
            _("the total area is %(total).0f km², it must be %(wanted).0f km² within 0.5 %%")
            % {"total": total, "wanted": expected.area_km2}
        )
