"""``/api/v1/``: which collections there are, and where everything is."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView, check_parameters
from layers.api.geojson import MEDIA_TYPE
from layers.api.openapi import LinkSerializer, Operation
from layers.api.parameters import language_parameter
from layers.catalogue import COLLECTIONS, Collection

JSON = "application/json"
OPENAPI = "application/vnd.oai.openapi"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class CollectionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.CharField(allow_null=True)
    parameters = serializers.ListField(child=serializers.CharField())
    links = LinkSerializer(many=True)


class StartSerializer(serializers.Serializer[Any]):
    collections = CollectionSerializer(many=True)
    links = LinkSerializer(many=True)


class StartView(PublicView):
    renderer_classes = [JSONRenderer]
    is_translated = True

    def get(self, request: Request) -> Response:
        check_parameters(request.GET)
        others = [
            _link(request, "api-start", "self", JSON),
            _link(request, "api-search", "search", JSON),
            _link(request, "api-categories", "categories", JSON),
            _link(request, "api-statuses", "statuses", JSON),
            _link(request, "api-changes", "changes", JSON),
            _link(request, "api-schema", "service-desc", OPENAPI),
            _link(request, "api-docs", "service-doc", "text/html"),
            {"href": LICENCE, "rel": "license", "type": "text/html"},
        ]
        found = [_described(request, collection) for collection in COLLECTIONS.values()]
        return Response({"collections": found, "links": others})

    def operation(self) -> Operation:
        return Operation(
            id="list_collections",
            tag="portal",
            summary=_("What there is"),
            answer=StartSerializer,
            parameters=(language_parameter(),),
        )


def _described(request: Request, collection: Collection) -> dict[str, Any]:
    links = [_link(request, f"api-{collection.name}", "items", MEDIA_TYPE)]
    if collection.kind:
        links += [
            _link(request, f"api-{collection.name}-{rel}", rel, JSON) for rel in ("facets", "histogram")
        ]
    return {
        "name": collection.name,
        "title": str(collection.title),
        "description": str(collection.description),
        "kind": collection.kind.value if collection.kind else None,
        "parameters": [*collection.parameters, "limit", "next", "lang"],
        "links": links,
    }


def _link(request: Request, route: str, rel: str, media_type: str) -> dict[str, str]:
    return {"href": request.build_absolute_uri(reverse(route)), "rel": rel, "type": media_type}
