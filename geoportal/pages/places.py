"""Names of regions in the reader's language, for the codes that features carry."""

from collections.abc import Iterable

from regions.boundaries import generation_at
from regions.models import Region


def region_names(jurisdiction: str, codes: Iterable[str]) -> dict[str, str]:
    """KATO -> name under the boundaries in force; a code that they do not know is left out."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = Region.objects.filter(generation=generation_at(jurisdiction), code__in=wanted).defer("geom")
    return {region.code: region.name for region in rows}
