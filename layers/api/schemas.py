"""GeoJSON in OpenAPI: the components of a collection's features and pages, written from the catalogue."""

from typing import Any

from django.contrib.gis.db import models as gis
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from layers.api.geojson import SERIALIZERS, FeatureSerializer
from layers.api.openapi import LinkSerializer
from layers.catalogue import COLLECTIONS, Collection, Field
from layers.items import public_rows
from layers.statuses import STATUSES

POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def _array(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


# By what GeoJSON calls them: the shape of their coordinates, longitude before latitude (EPSG:4326).
COORDINATES: dict[str, dict[str, Any]] = {
    "Point": POSITION,
    "LineString": _array(POSITION),
    "Polygon": _array(_array(POSITION)),
    "MultiLineString": _array(_array(POSITION)),
    "MultiPolygon": _array(_array(_array(POSITION))),
}


class PageSerializer(serializers.Serializer[Any]):
    """Stands for a page of features in the documentation (PageComponent)."""

    collection: Collection


PAGES: dict[str, type[PageSerializer]] = {
    name: type(f"{name}_page", (PageSerializer,), {"collection": collection})
    for name, collection in COLLECTIONS.items()
}


class FeatureComponent(OpenApiSerializerExtension):
    """A collection's feature; before drf-spectacular's own description of drf-gis, which knows less of it."""

    target_class = FeatureSerializer
    match_subclasses = True
    priority = 1

    def get_name(self, auto_schema: Any, direction: str) -> str:
        return f"{self.target.collection.name.capitalize()}Feature"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        collection = self.target.collection
        others = [field for field in collection.fields if field.name != "id"]
        properties = {field.name: _field_schema(collection, field) for field in others}
        return _object(
            type=_constant("Feature"),
            id={"type": "integer"},
            properties=_object(**properties),
            geometry=_geometry(collection),
        )


class PageComponent(OpenApiSerializerExtension):
    target_class = PageSerializer
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: str) -> str:
        return f"{self.target.collection.name.capitalize()}Page"

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        feature = auto_schema.resolve_serializer(feature_of(self.target.collection), direction).ref
        link = auto_schema.resolve_serializer(LinkSerializer, direction).ref
        matched = _("How many there are in all under these filters: exact.")
        returned = _("How many of them this page holds.")
        return _object(
            type=_constant("FeatureCollection"),
            numberMatched={"type": "integer", "description": matched},
            numberReturned={"type": "integer", "description": returned},
            links=_array(link),
            features=_array(feature),
        )


def feature_of(collection: Collection) -> type[FeatureSerializer]:
    return SERIALIZERS[collection.name]


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object that always has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _constant(value: str) -> dict[str, Any]:
    # Under allOf, so that drf-spectacular makes no named enumeration of one word.
    return {"allOf": [{"type": "string", "enum": [value]}]}


def _geometry(collection: Collection) -> dict[str, Any]:
    column = public_rows(collection).model._meta.get_field(collection.geometry)
    if isinstance(column, gis.PointField):
        shapes = ["Point"]
    elif isinstance(column, gis.MultiPolygonField):
        shapes = ["MultiPolygon"]
    else:
        shapes = list(COORDINATES)
    found = [_object(type=_constant(shape), coordinates=COORDINATES[shape]) for shape in shapes]
    return found[0] if len(found) == 1 else {"oneOf": found}


def _field_schema(collection: Collection, field: Field) -> dict[str, Any]:
    if field.type == "date-time":
        schema: dict[str, Any] = {"type": "string", "format": "date-time"}
    else:
        schema = {"type": field.type}
    if field.name == "status" and collection.kind:
        schema["enum"] = [status.code for status in STATUSES[collection.kind] if status.group is not None]
    schema["description"] = str(field.title)
    if _may_be_null(collection, field):
        schema["nullable"] = True
    return schema


def _may_be_null(collection: Collection, field: Field) -> bool:
    model = public_rows(collection).model
    for name in field.source.split("__"):
        column: Any = model._meta.get_field(name)
        if column.null:
            return True
        model = column.related_model or model
    return False
