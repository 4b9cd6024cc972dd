"""``/api/v1/search/``: what the map's search box asks as one types."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView, check_parameters, parse_limit
from layers.api.geojson import plain
from layers.api.openapi import Operation
from layers.api.parameters import language_parameter, limit_parameter, region_parameter, words_parameter
from layers.filters import BadParameter
from layers.search import find_features
from regions.gazetteer import find_places
from regions.geocoder import FoundPlace

DEFAULT_LIMIT, MOST = 6, 20


class PlaceSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    # REST framework takes fields off the class, so that its own `parent` stays what it is.
    parent = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    bbox = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4, allow_null=True)


class FoundFeatureSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    category = serializers.CharField()
    status = serializers.CharField()
    received_at = serializers.DateTimeField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()


class FoundSerializer(serializers.Serializer[Any]):
    places = PlaceSerializer(many=True)
    features = FoundFeatureSerializer(many=True)


class SearchView(PublicView):
    renderer_classes = [JSONRenderer]
    is_translated = True

    def get(self, request: Request) -> Response:
        filters = check_parameters(request.GET, allowed=("q", "region"), own=("limit",))
        limit = parse_limit(request.GET, default=DEFAULT_LIMIT, most=MOST)
        if not filters.q:
            raise BadParameter("q", _("Say what to look for."))
        places = find_places(
            filters.q, jurisdiction=filters.jurisdiction, language=get_language() or "kk", limit=limit
        )
        features = find_features(filters, limit=limit)
        return Response(
            {
                "places": [_place(place) for place in places],
                "features": [{name: plain(value) for name, value in row.items()} for row in features],
            }
        )

    def operation(self) -> Operation:
        return Operation(
            id="search",
            tag="search",
            summary=_("Places by name and features by their words"),
            description=_("A few of each: places in order of likeness, features newest first."),
            answer=FoundSerializer,
            parameters=(
                words_parameter(required=True),
                region_parameter(),
                limit_parameter(default=DEFAULT_LIMIT, most=MOST),
                language_parameter(),
            ),
        )


def _place(place: FoundPlace) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "id": place.id,
        "name": place.name,
        "parent": place.parent,
        "lon": place.lon,
        "lat": place.lat,
        "bbox": list(place.bbox) if place.bbox else None,
    }
