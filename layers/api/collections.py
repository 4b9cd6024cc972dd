"""``/api/v1/{collection}/`` and ``/api/v1/{collection}/{id}/``: pages of features, and each by its number."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView, check_parameters, parse_limit
from layers.api.geojson import MEDIA_TYPE, SERIALIZERS, GeoJsonRenderer, feature_values
from layers.api.openapi import Operation
from layers.api.parameters import filter_parameters, language_parameter, limit_parameter, next_parameter
from layers.api.schemas import PAGES
from layers.catalogue import COLLECTIONS, Collection
from layers.items import item_rows, not_there
from layers.paging import gathered, page_after

DEFAULT_LIMIT, MOST = 100, 1000


class CollectionView(PublicView):
    renderer_classes = [GeoJsonRenderer]
    name: str = ""

    @property
    def collection(self) -> Collection:
        return COLLECTIONS[self.name]

    def get(self, request: Request) -> Response:
        collection = self.collection
        filters = collection.parse(request.GET, own=("limit", "next"))
        matched = collection.count(filters)
        page = page_after(
            feature_values(gathered(collection.rows(filters), matched), collection),
            order=collection.order,
            token=request.GET.get("next", "").strip(),
            size=parse_limit(request.GET, default=DEFAULT_LIMIT, most=MOST),
        )
        serializer = SERIALIZERS[collection.name]()
        body = {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(page.rows),
            "links": _links(request, page.next),
            "features": [serializer.to_representation(row) for row in page.rows],
        }
        return Response(body)

    def operation(self) -> Operation:
        limit = limit_parameter(default=DEFAULT_LIMIT, most=MOST)
        return Operation(
            id=f"list_{self.name}",
            tag=self.name,
            summary=str(self.collection.title),
            description=str(self.collection.description),
            answer=PAGES[self.name],
            parameters=(*filter_parameters(self.collection), limit, next_parameter(), language_parameter()),
        )


class ItemView(PublicView):
    renderer_classes = [GeoJsonRenderer]
    name: str = ""

    def get(self, request: Request, id: int) -> Response:
        check_parameters(request.GET)
        collection = COLLECTIONS[self.name]
        row = feature_values(item_rows(collection, id), collection).first()
        if row is None:
            raise not_there()
        return Response(SERIALIZERS[collection.name]().to_representation(row))

    def operation(self) -> Operation:
        number = OpenApiParameter("id", int, OpenApiParameter.PATH, description=_("Its number."))
        title = str(COLLECTIONS[self.name].title)
        return Operation(
            id=f"get_{self.name}_item",
            tag=self.name,
            summary=_("%(collection)s: one of them") % {"collection": title},
            answer=SERIALIZERS[self.name],
            parameters=(number, language_parameter()),
            may_be_missing=True,
        )


def _links(request: Request, token: str) -> list[dict[str, Any]]:
    asked = f"{request.path}?{request.GET.urlencode(safe=',')}" if request.GET else request.path
    links = [{"href": request.build_absolute_uri(asked), "rel": "self", "type": MEDIA_TYPE}]
    if token:
        query = request.GET.copy()
        query["next"] = token
        href = request.build_absolute_uri(f"{request.path}?{query.urlencode(safe=',')}")
        links.append({"href": href, "rel": "next", "type": MEDIA_TYPE})
    return links
