"""Which language a page speaks: ``?lang=``, else what the person chose, else Accept-Language, else Kazakh."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

CODES = tuple(code for code, _ in settings.LANGUAGES)
YEAR = 365 * 24 * 3600


# Only what is written in the reader's language says so; tiles, data and pictures are the same for everybody.
TRANSLATED = ("text/html", "application/problem+json")


def reader_language(request: HttpRequest) -> str:
    """One of CODES. A choice that is not one of ours is passed over for the next."""
    for chosen in (request.GET.get("lang"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        if chosen in CODES:
            return chosen
    for accepted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if accepted.split("-")[0] in CODES:
            return accepted.split("-")[0]
    return settings.LANGUAGE_CODE


class ReaderLanguage:
    """Activates the reader's language and remembers a choice made with ``?lang=`` on a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = reader_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        media_type = response.headers.get("Content-Type", "")
        if media_type.startswith(TRANSLATED):
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            if media_type.startswith("text/html") and request.GET.get("lang") == language:
                response.set_cookie(
                    settings.LANGUAGE_COOKIE_NAME,
                    language,
                    max_age=YEAR,
                    samesite="Lax",
                    secure=request.is_secure(),
                )
        return response
