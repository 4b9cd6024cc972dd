"""Open data may be read by scripts of every site, errors included (Fetch standard, "CORS protocol").

Without cookies: nothing that is public depends on them.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

OPEN = ("/api/", "/tiles/", "/log/checkpoint", "/log/tile/", "/log/entries/", "/log/proof/", "/log/keys")
METHODS = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, X-Request-ID"
DAY_S = 24 * 3600


class OpenData:
    """Answers what a browser asks before a script sends headers of its own, and opens every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN):
            return self.get_response(request)
        response = preflight() if request.method == "OPTIONS" else self.get_response(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return response


def preflight() -> HttpResponse:
    headers = {
        "Allow": METHODS,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": str(DAY_S),
    }
    return HttpResponse(status=204, headers=headers)
