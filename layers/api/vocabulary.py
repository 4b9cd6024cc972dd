"""``/api/v1/categories/`` and ``/api/v1/statuses/``: what the codes in features mean."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView, check_parameters
from layers.api.openapi import Operation
from layers.api.parameters import language_parameter
from layers.models import Category
from layers.statuses import STATUSES, Group, Status


class CategorySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    # REST framework takes fields off the class, so that its own `parent` stays what it is.
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    name_kk = serializers.CharField()
    name_ru = serializers.CharField()
    name_en = serializers.CharField()
    position = serializers.IntegerField()


class CategoriesSerializer(serializers.Serializer[Any]):
    categories = CategorySerializer(many=True)


class StatusSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    group = serializers.CharField()
    title = serializers.CharField()


class StatusesOfKindSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    title = serializers.CharField()
    statuses = StatusSerializer(many=True)


class GroupSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()


class StatusesSerializer(serializers.Serializer[Any]):
    groups = GroupSerializer(many=True)
    kinds = StatusesOfKindSerializer(many=True)


class CategoriesView(PublicView):
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        check_parameters(request.GET)
        rows = Category.objects.order_by("position", "code").values(
            "code", "parent", "name_kk", "name_ru", "name_en", "position"
        )
        return Response({"categories": list(rows)})

    def operation(self) -> Operation:
        return Operation(
            id="list_categories",
            tag="vocabulary",
            summary=_("Categories, in two levels and three languages"),
            answer=CategoriesSerializer,
            parameters=(language_parameter(),),
        )


class StatusesView(PublicView):
    renderer_classes = [JSONRenderer]
    is_translated = True

    def get(self, request: Request) -> Response:
        check_parameters(request.GET)
        groups = [{"code": group.value, "title": str(group.label)} for group in Group]
        kinds = [
            {"kind": kind.value, "title": str(kind.label), "statuses": _public(statuses)}
            for kind, statuses in STATUSES.items()
        ]
        return Response({"groups": groups, "kinds": kinds})

    def operation(self) -> Operation:
        return Operation(
            id="list_statuses",
            tag="vocabulary",
            summary=_("Statuses of each kind, and the groups they belong to"),
            answer=StatusesSerializer,
            parameters=(language_parameter(),),
        )


def _public(statuses: tuple[Status, ...]) -> list[dict[str, str]]:
    return [
        {"code": status.code, "group": status.group.value, "title": str(status.title)}
        for status in statuses
        if status.group is not None
    ]
