"""GeoJSONSeq (RFC 8142) and newline-delimited GeoJSON: one feature a line.

Read here and not by GDAL, which skips a broken line without a word.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from ingest.sources import Batch, BrokenRow, Reading


class GeoJsonLinesSource:
    has_geometry = True
    crs = "OGC:CRS84"  # RFC 7946, section 4: nothing else

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.total = path.stat().st_size
        # Features name their properties one by one, so all are looked at: a rejected row is kept with every
        # one.
        names: dict[str, None] = {"id": None}
        for _number, feature, _line in self._features():
            if feature is not None:
                names.update(dict.fromkeys(feature.get("properties") or {}))
        self.columns = list(names)

    def batches(self, size: int) -> Iterator[Batch]:
        lines = self._features()
        done = 0
        while some := list(islice(lines, size)):
            good = [(number, feature) for number, feature, _line in some if feature is not None]
            done += sum(len(line) for _number, _feature, line in some)
            yield Batch(
                numbers=[number for number, _feature in good],
                columns={name: [_value(feature, name) for _n, feature in good] for name in self.columns},
                wkb=_geometries([feature for _number, feature in good]),
                broken=[
                    BrokenRow(number, _("the line is not a GeoJSON feature"), [_text(line)])
                    for number, feature, line in some
                    if feature is None
                ],
                done=done,
            )

    def _features(self) -> Iterator[tuple[int, dict[str, Any] | None, bytes]]:
        """Line number, feature (None where the line is none) and the line; blank lines are no rows."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.strip(b"\x1e\r\n\t \xef\xbb\xbf")
                if text:
                    yield number, _feature(text), line


def _feature(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text.decode("utf-8", "surrogateescape"))
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("type") != "Feature":
        return None
    if not isinstance(found.get("properties") or {}, dict):
        return None
    return found


def _value(feature: dict[str, Any], name: str) -> Any:
    value = (feature.get("properties") or {}).get(name)
    if name == "id" and value is None:
        value = feature.get("id")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _geometries(features: list[dict[str, Any]]) -> list[bytes | None]:
    """The geometries as WKB. One that cannot be built comes as bytes that no reader takes, so that it is
    rejected.
    """
    texts = [json.dumps(f["geometry"]) if f.get("geometry") else None for f in features]
    geoms = shapely.from_geojson(texts, on_invalid="ignore")
    wkb = shapely.to_wkb(geoms)
    return [b"" if text is not None and one is None else one for text, one in zip(texts, wkb, strict=True)]


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape").strip("\x1e\r\n")
