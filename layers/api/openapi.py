"""How an address is documented in OpenAPI: from what its view says of itself, and from the catalogue."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[Any]):
    """An error, as RFC 9457 describes it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False)
    request_id = serializers.CharField(required=False)


class LinkSerializer(serializers.Serializer[Any]):
    href = serializers.URLField()
    rel = serializers.CharField()
    type = serializers.CharField()


@dataclass(frozen=True)
class Operation:
    """One address. ``id`` is a promise to generated clients; ``answer`` is the serializer of what is sent."""

    id: str
    tag: str
    summary: str
    answer: Any
    parameters: tuple[OpenApiParameter, ...] = ()
    description: str = ""
    may_be_missing: bool = False


class OperationSchema(AutoSchema):
    """drf-spectacular's schema of a view, with everything taken from ``view.operation()``."""

    view: Any

    @property
    def _operation(self) -> Operation:
        operation: Operation = self.view.operation()
        return operation

    def get_operation_id(self) -> str:
        return self._operation.id

    def get_tags(self) -> list[str]:
        return [self._operation.tag]

    def get_summary(self) -> str:
        return self._operation.summary

    def get_description(self) -> str:  # type: ignore[override]
        return self._operation.description

    def get_override_parameters(self) -> list[Any]:
        return list(self._operation.parameters)

    def get_response_serializers(self) -> Any:
        operation = self._operation
        renderer = self.view.renderer_classes[0]
        answers: dict[Any, Any] = {
            (200, renderer.media_type): OpenApiResponse(operation.answer, operation.summary),
            (400, "application/problem+json"): OpenApiResponse(
                ProblemSerializer, _("A parameter is unknown or malformed; “field” names it.")
            ),
        }
        if operation.may_be_missing:
            answers[404, "application/problem+json"] = OpenApiResponse(
                ProblemSerializer, _("It does not exist, or is not public.")
            )
        return answers

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False
