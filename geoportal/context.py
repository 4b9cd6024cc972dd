"""What every template knows: the page's addresses in the three languages, the demo banner, whom to credit."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import get_language

from layers.models import Feature
from regions.models import Generation

# The banner and the credits change when data are loaded, not when a page is read.
CACHE_SECONDS = 60
SHORT_NAMES = {"kk": "Қаз", "ru": "Рус", "en": "Eng"}
CREDIT_WITH_ADDRESS = re.compile(r"(?P<name>.+?) \((?P<url>https?://[^)\s]+)\)")


@dataclass(frozen=True)
class LanguageLink:
    """``url`` shows this very page, filters and all; ``absolute`` is what search engines are told."""

    code: str
    short: str
    name: str
    url: str
    absolute: str
    is_current: bool


@dataclass(frozen=True)
class PageAddresses:
    """``plain`` lets the reader's own language decide; ``canonical`` names the one asked for, if one was.

    ``picture`` is what messengers and social networks show beside a link to the page.
    """

    plain: str
    canonical: str
    picture: str
    languages: list[LanguageLink]


@dataclass(frozen=True)
class Credit:
    name: str
    url: str = ""


def site(request: HttpRequest) -> dict[str, Any]:
    # Functions, so that a template that shows neither asks the database nothing.
    return {
        "page": page_addresses(request),
        "has_demo_data": has_demo_data,
        "boundary_credits": boundary_credits,
    }


def page_addresses(request: HttpRequest) -> PageAddresses:
    plain = request.build_absolute_uri(request.path)
    asked = request.GET.get("lang")
    known = {code for code, _name in settings.LANGUAGES}
    return PageAddresses(
        plain=plain,
        canonical=f"{plain}?lang={asked}" if asked in known else plain,
        picture=request.build_absolute_uri(static("geoportal/images/preview.png")),
        languages=[_link(request, code, str(name), plain) for code, name in settings.LANGUAGES],
    )


def _link(request: HttpRequest, code: str, name: str, plain: str) -> LanguageLink:
    query = request.GET.copy()
    query["lang"] = code
    return LanguageLink(
        code=code,
        short=SHORT_NAMES[code],
        name=name,
        url=f"?{query.urlencode()}",
        absolute=f"{plain}?lang={code}",
        is_current=get_language() == code,
    )


def has_demo_data() -> bool:
    return bool(caches["process"].get_or_set("has-demo-data", _demo_exists, CACHE_SECONDS))


def _demo_exists() -> bool:
    return Feature.objects.filter(is_demo=True).exists()


def boundary_credits() -> list[Credit]:
    """Whom the boundaries that are loaded come from, each once; as links where the source wants one."""
    credits: list[Credit] = caches["process"].get_or_set("boundary-credits", _credits, CACHE_SECONDS) or []
    return credits


def _credits() -> list[Credit]:
    texts = Generation.objects.order_by("attribution").values_list("attribution", flat=True).distinct()
    return [credit_of(text) for text in texts]


def credit_of(text: str) -> Credit:
    """``"amCharts (https://www.amcharts.com/)"`` as a name and an address."""
    match = CREDIT_WITH_ADDRESS.fullmatch(text)
    return Credit(match["name"], match["url"]) if match else Credit(text)
