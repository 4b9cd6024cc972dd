"""``/api/v1/changes/``: whether what somebody has may be out of date."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from layers.api.answers import PublicView, check_parameters
from layers.api.openapi import Operation
from layers.api.parameters import language_parameter
from layers.changes import change_numbers


class ChangeSerializer(serializers.Serializer[Any]):
    change = serializers.CharField(allow_null=True)


class ChangesSerializer(serializers.Serializer[Any]):
    collections = serializers.DictField(child=ChangeSerializer())


class ChangesView(PublicView):
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        check_parameters(request.GET)
        return Response({"collections": {name: {"change": text} for name, text in change_numbers().items()}})

    def operation(self) -> Operation:
        return Operation(
            id="list_changes",
            tag="portal",
            summary=_("What may have changed"),
            description=_(
                "Of each collection a text that is another one whenever a feature of it may have changed;"
                " null when that is not known. Ask every few seconds, and for the data again when it differs."
            ),
            answer=ChangesSerializer,
            parameters=(language_parameter(),),
        )
