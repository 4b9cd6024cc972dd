"""Tells a cache in front, nginx by docs/nginx/geoportal.conf, which answers all readers may share.

``no-cache`` means "keep it, and ask before each use" (RFC 9111, 5.2.2.4), but nginx takes it for "do not
keep". So the portal says it in nginx's own words: ``X-Accel-Expires``, which nginx removes. What has no such
header is not kept; it is given by this one rule, so nobody can forget to forbid something.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from geoportal.cors import OPEN

HEADER = "X-Accel-Expires"
# A moment long ago: kept, and asked for again before each use.
ASK_EACH_TIME = "@1"
# Also 304, which renews what is kept.
STATUSES = {200, 204, 304}
# That an answer is compressed is part of a cache's key; whatever else it varies with is not.
VARY = {"", "accept-encoding"}
FORBIDDEN = re.compile(r"\b(private|no-store)\b")
MAX_AGE = re.compile(r"\bmax-age=(\d+)")


class SharedCaches:
    """Outside of all that may still set a cookie, or say what an answer varies with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(OPEN) and not is_of_somebody(request) and is_for_all(response):
            kept = time_to_keep(response.headers.get("Cache-Control", ""))
            if kept:
                response.headers[HEADER] = kept
        return response


def is_of_somebody(request: HttpRequest) -> bool:
    return "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES


def is_for_all(response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}
    return response.status_code in STATUSES and not response.cookies and varies <= VARY


def time_to_keep(cache_control: str) -> str:
    """In nginx's words; empty where Cache-Control does not say that a shared cache may keep the answer."""
    told = cache_control.lower()
    if FORBIDDEN.search(told):
        return ""
    if re.search(r"\bno-cache\b", told):
        return ASK_EACH_TIME
    age = MAX_AGE.search(told)
    return age[1] if age and re.search(r"\bpublic\b", told) else ""
