"""Rows of a collection as GeoJSON features (RFC 7946), written fast.

The serializer is drf-gis's and says what drf-gis would say, which a test holds. Only the way there is
shorter: rows are dictionaries instead of model instances, and the geometry stays the text that PostGIS wrote.
"""

import json
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from layers.catalogue import COLLECTIONS, Collection, Field, FieldType
from layers.items import public_rows

# Digits after the point of a degree: a centimetre.
PRECISION = 7
MEDIA_TYPE = "application/geo+json"
FIELDS: dict[FieldType, type[serializers.Field[Any, Any, Any, Any]]] = {
    "string": serializers.CharField,
    "integer": serializers.IntegerField,
    "number": serializers.FloatField,
    "boolean": serializers.BooleanField,
    "date-time": serializers.DateTimeField,
}


class FeatureSerializer(GeoFeatureModelSerializer):
    """A row of ``feature_values`` as a feature: every public field of its collection, null where it has none.

    ``geometry`` is text, for GeoJsonRenderer to put into the answer as it is.
    """

    collection: Collection
    # Of each field its public name and where the row has it.
    properties: tuple[tuple[str, str], ...]

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": instance["id"],
            "geometry": instance["geojson"],
            "properties": {name: plain(instance[source]) for name, source in self.properties},
        }


def feature_values(rows: QuerySet[Any, Any], collection: Collection) -> QuerySet[Any, Any]:
    """Of each row just what is public, as a dictionary by the fields' sources, with its geometry as text."""
    sources = dict.fromkeys(field.source for field in collection.fields)
    return rows.values(*sources, geojson=AsGeoJSON(collection.geometry, precision=PRECISION))


def plain(value: Any) -> Any:
    """Times in UTC, as RFC 3339 writes them."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _serializer(collection: Collection) -> type[FeatureSerializer]:
    others = tuple(field for field in collection.fields if field.name != "id")
    meta = {
        "model": public_rows(collection).model,
        "geo_field": collection.geometry,
        "id_field": "id",
        "fields": ("id", collection.geometry, *(field.name for field in others)),
    }
    body: dict[str, Any] = {field.name: _field(field) for field in others}
    body["collection"] = collection
    body["properties"] = tuple((field.name, field.source) for field in others)
    body["Meta"] = type("Meta", (), meta)
    return cast(type[FeatureSerializer], type(f"{collection.name}_feature", (FeatureSerializer,), body))


def _field(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    source = field.source.replace("__", ".")
    options: dict[str, Any] = {"default_timezone": UTC} if field.type == "date-time" else {}
    # REST framework refuses a source that says what it would assume anyway.
    if source != field.name:
        options["source"] = source
    return FIELDS[field.type](read_only=True, allow_null=True, **options)


SERIALIZERS = {name: _serializer(collection) for name, collection in COLLECTIONS.items()}

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class GeoJsonRenderer(BaseRenderer):
    """A feature, or a collection of them, as bytes."""

    media_type = MEDIA_TYPE
    format = "geojson"
    charset = None
    render_style = "binary"

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> bytes:
        if data is None:
            return b""
        if data["type"] == "Feature":
            return _feature_text(data).encode()
        head = _write({name: value for name, value in data.items() if name != "features"})
        features = ",\n".join(_feature_text(feature) for feature in data["features"])
        return f'{head[:-1]},"features":[\n{features}\n]}}\n'.encode()


def _feature_text(feature: dict[str, Any]) -> str:
    rest = _write({name: value for name, value in feature.items() if name != "geometry"})
    return f'{rest[:-1]},"geometry":{feature["geometry"]}}}'
