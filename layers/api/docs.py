"""``/api/schema/`` and ``/api/docs/``: the API described for programs (OpenAPI) and people (Swagger UI)."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.request import Request
from rest_framework.views import APIView

from layers.api.answers import check_parameters


class CheckedView(APIView):
    """drf-spectacular passes some parameters on unread; here an unknown one is refused as everywhere else."""

    own: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_parameters(request.GET, own=self.own)
        super().initial(request, *args, **kwargs)


class SchemaView(CheckedView, SpectacularAPIView):
    """YAML, or JSON for ``?format=json`` and whoever accepts it."""

    own = ("format",)


class DocsView(CheckedView, SpectacularSwaggerView):
    url_name = "api-schema"
