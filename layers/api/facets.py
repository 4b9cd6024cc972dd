"""``/api/v1/{collection}/facets/`` and ``/histogram/``: how many there are, by what and when."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView
from layers.api.openapi import Operation
from layers.api.parameters import filter_parameters, interval_parameter, language_parameter
from layers.catalogue import COLLECTIONS, Collection
from layers.facets import Interval, facets, histogram, next_bin
from layers.filters import BadParameter
from layers.models import Category
from layers.statuses import STATUSES, Kind


class CountSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    count = serializers.IntegerField(min_value=1)


class CountsSerializer(serializers.Serializer[Any]):
    status = CountSerializer(many=True)
    category = CountSerializer(many=True)
    region = CountSerializer(many=True)


class FacetsSerializer(serializers.Serializer[Any]):
    numberMatched = serializers.IntegerField(min_value=0)
    facets = CountsSerializer()


class BinSerializer(serializers.Serializer[Any]):
    to = serializers.DateField()
    count = serializers.IntegerField(min_value=0)

    def get_fields(self) -> dict[str, Any]:
        # A class cannot say `from = …`.
        return {"from": serializers.DateField(), **super().get_fields()}


class HistogramSerializer(serializers.Serializer[Any]):
    interval = serializers.ChoiceField(choices=Interval.choices)
    bins = BinSerializer(many=True)


class CountsView(PublicView):
    """Of one collection of features."""

    renderer_classes = [JSONRenderer]
    name: str = ""

    @property
    def collection(self) -> Collection:
        return COLLECTIONS[self.name]


class FacetsView(CountsView):
    def get(self, request: Request) -> Response:
        found = facets(self.collection, self.collection.parse(request.GET))
        kind = Kind(str(self.collection.kind))
        categories = Category.objects.order_by("position", "code").values_list("code", flat=True)
        counts = {
            "status": _in_order((status.code for status in STATUSES[kind]), found.statuses),
            "category": _in_order(categories, found.categories),
            "region": _in_order(sorted(found.regions), found.regions),
        }
        return Response({"numberMatched": found.total, "facets": counts})

    def operation(self) -> Operation:
        return Operation(
            id=f"count_{self.name}",
            tag=self.name,
            summary=_("%(collection)s: how many of each status, category and region")
            % {"collection": str(self.collection.title)},
            description=_(
                "Each is counted under every filter except its own, so a number says what choosing it would"
                " give. What matches nothing is left out. A category is that of the feature itself: add the"
                " children to their parent."
            ),
            answer=FacetsSerializer,
            parameters=(*filter_parameters(self.collection), language_parameter()),
        )


class HistogramView(CountsView):
    def get(self, request: Request) -> Response:
        filters = self.collection.parse(request.GET, own=("interval",))
        interval = parse_interval(request.GET)
        bins = [
            {"from": first, "to": next_bin(first, interval) - timedelta(days=1), "count": count}
            for first, count in histogram(self.collection, filters, interval)
        ]
        return Response({"interval": interval.value, "bins": bins})

    def operation(self) -> Operation:
        return Operation(
            id=f"count_{self.name}_over_time",
            tag=self.name,
            summary=_("%(collection)s: how many arrived when") % {"collection": str(self.collection.title)},
            description=_(
                "By day of arrival in the time zone of the country or city, under every filter except “from”"
                " and “to”. Bins without a match between the first and the last are there."
            ),
            answer=HistogramSerializer,
            parameters=(*filter_parameters(self.collection), interval_parameter(), language_parameter()),
        )


def parse_interval(params: QueryDict) -> Interval:
    """``interval``: a month unless said otherwise. Raises BadParameter."""
    given = params.get("interval", "").strip() or Interval.MONTH.value
    if given not in Interval.values:
        raise BadParameter(
            "interval", _("The interval is one of: %(all)s.") % {"all": ", ".join(Interval.values)}
        )
    return Interval(given)


def _in_order(codes: Iterable[str], counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"code": code, "count": counts[code]} for code in codes if code in counts]
