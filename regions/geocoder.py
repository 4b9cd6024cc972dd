"""The port for an external geocoder, which knows streets and houses that our gazetteer does not.

The server asks it, never the page; its failure costs nothing but its results. What people look for may be
their own address, so it is never logged.
"""

import json
import logging
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings

from geoportal.lib.geo import Bbox
from regions.download import DownloadFailed, download

TIMEOUT_S = 2.0
LIMIT_BYTES = 200_000
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundPlace:
    """A place that answers a search, in the reader's language.

    ``kind``: a RegionKind, ``settlement`` or ``address``. ``id``: KATO of a region, number of a settlement,
    empty for an address. ``bbox`` is what a map should show of it; None for a mere point. ``score`` orders
    results, best first.
    """

    kind: str
    id: str
    name: str
    parent: str
    lon: float
    lat: float
    bbox: Bbox | None
    score: float


class Geocoder(Protocol):
    def find(self, query: str, *, language: str, limit: int, within: Bbox) -> list[FoundPlace]:
        """At most ``limit`` places inside the box; an empty list when there are none or the service fails."""
        ...


@dataclass(frozen=True)
class PhotonGeocoder:
    """A service that speaks Photon's protocol (GeoJSON); ``url`` is its search address, ``https://…/api``."""

    url: str

    def find(self, query: str, *, language: str, limit: int, within: Bbox) -> list[FoundPlace]:
        # Photon refuses languages it was not built with. English it always has; without any it gives local
        # names, which here are Kazakh or Russian.
        chosen = {"lang": "en"} if language == "en" else {}
        box = ",".join(f"{degrees:.5f}" for degrees in within)
        asked = urlencode({"q": query, "limit": limit, "bbox": box, **chosen})
        try:
            body = download(f"{self.url}?{asked}", limit_bytes=LIMIT_BYTES, timeout_s=TIMEOUT_S)
            found = [_found(feature) for feature in json.loads(body)["features"]]
        except (DownloadFailed, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("the external geocoder failed", extra={"reason": type(error).__name__})
            return []
        return [place for place in found if place and _inside(place, within)][:limit]


def configured_geocoder() -> Geocoder | None:
    """The geocoder of the setting GEOCODER_URL; None when it is empty and our own gazetteer answers alone."""
    return PhotonGeocoder(settings.GEOCODER_URL) if settings.GEOCODER_URL else None


def _found(feature: dict[str, Any]) -> FoundPlace | None:
    """A Photon feature; None for one without a name or an address."""
    words = {key: str(value) for key, value in feature["properties"].items() if isinstance(value, str)}
    lon, lat = (float(degrees) for degrees in feature["geometry"]["coordinates"][:2])
    street = " ".join(filter(None, [words.get("street"), words.get("housenumber")]))
    name = words.get("name") or street
    if not name:
        return None
    around = [street if street != name else "", words.get("city"), words.get("state")]
    extent = feature["properties"].get("extent")
    bbox = None
    if extent:
        west, north, east, south = (float(degrees) for degrees in extent)
        bbox = Bbox(west, south, east, north)
    return FoundPlace("address", "", name[:200], ", ".join(filter(None, around))[:300], lon, lat, bbox, 0.0)


def _inside(place: FoundPlace, box: Bbox) -> bool:
    return box.west <= place.lon <= box.east and box.south <= place.lat <= box.north
