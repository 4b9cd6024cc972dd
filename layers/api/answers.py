"""What every address of the API has in common: who may read it, how it is cached, and its parameters."""

from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.decorators import decorator_from_middleware, method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from layers.api.openapi import Operation, OperationSchema
from layers.filters import BadParameter, Filters, parse_filters


class OneAnswer(BaseContentNegotiation):
    """Each address has one form: a program that asks for plain JSON can read GeoJSON too."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class AskedAgain(ConditionalGetMiddleware):
    """An answer that has not changed is a 304."""

    def needs_etag(self, response: HttpResponseBase) -> bool:
        return response.status_code == 200


@method_decorator(decorator_from_middleware(AskedAgain), name="dispatch")
class PublicView(APIView):
    """Read-only, the same for everybody. ``is_translated``: the answer is in the reader's language."""

    content_negotiation_class = OneAnswer
    schema = OperationSchema()
    is_translated = False

    def operation(self) -> Operation:
        """What the address is documented as."""
        raise NotImplementedError

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        # Numbers change at any time: keep the answer, but ask whether it still holds.
        final.headers.setdefault("Cache-Control", "no-cache")
        if self.is_translated and final.status_code < 300:
            final.headers["Content-Language"] = get_language()
            patch_vary_headers(final, ("Accept-Language", "Cookie"))
        return final


def check_parameters(
    params: QueryDict, *, allowed: tuple[str, ...] = (), own: tuple[str, ...] = ()
) -> Filters:
    """The filters of an address that is not a collection's. BadParameter for what it does not know."""
    return parse_filters(params, kind=None, allowed=allowed, own=own)


def parse_limit(params: QueryDict, *, default: int, most: int) -> int:
    """``limit``: a whole number from 1; more than ``most`` gives ``most``. Raises BadParameter."""
    given = params.get("limit", "").strip()
    if not given:
        return default
    if not (given.isascii() and given.isdigit()) or not given.strip("0"):
        raise BadParameter("limit", _("The limit is a whole number from 1."))
    # Nobody means a number of more digits than this, and Python refuses those of thousands.
    digits = given.lstrip("0")
    return most if len(digits) > 9 else min(int(digits), most)
