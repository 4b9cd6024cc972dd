"""Content-Security-Policy and Permissions-Policy of pages and static files.

Measured with MapLibre GL JS 6 in Chromium: no ``unsafe-inline``, ``unsafe-eval`` or ``blob:`` worker is
needed as long as the worker is served from here. The import map of a page is an inline script and carries the
nonce: ``<script type="importmap" nonce="{{ request.csp_nonce }}">``.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
# Nothing is asked of the reader but the place, and that only by this site ("where am I").
ASKED = "geolocation=(self), fullscreen=(self), camera=(), microphone=(), payment=(), usb=()"
PERMISSIONS = f"{ASKED}, local-network-access=(), loopback-network=(), local-network=()"
# Where a text is signed: NCALayer is a program on the reader's own computer, which browsers let a page reach
# only when its policy and the reader allow it (Local Network Access, WICG).
NCALAYER = "wss://127.0.0.1:13579"
SIGNING_PERMISSIONS = f"{ASKED}, local-network-access=(self), loopback-network=(self)"
# What is no page loads nothing, wherever it is opened.
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class ContentSecurityPolicy:
    """Gives each request a nonce and each answer its policy; a view that sets one itself keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        # A 304 renews the headers of a stored page, whose scripts carry the nonce it was sent with.
        if response.status_code != 304:
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            response.headers.setdefault(HEADER, page_policy(nonce) if is_page else NOTHING)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def allow_ncalayer(request: HttpRequest, response: HttpResponse) -> None:
    """For a page that signs. No other page reaches a program on the reader's computer."""
    nonce = request.csp_nonce  # type: ignore[attr-defined]
    response.headers[HEADER] = page_policy(nonce, connect=[NCALAYER])
    response.headers["Permissions-Policy"] = SIGNING_PERMISSIONS


def page_policy(nonce: str, *, connect: Sequence[str] = ()) -> str:
    """``connect``: what the page's scripts may speak to, beside the portal and the basemap."""
    elsewhere = basemap_origins()
    return _policy(
        {
            "default-src": ["'none'"],
            "script-src": ["'self'", f"'nonce-{nonce}'"],
            "worker-src": ["'self'"],
            "style-src": ["'self'"],
            # data: the icons in MapLibre's style sheet; blob: images that it decodes from a basemap's sprite.
            "img-src": ["'self'", "data:", "blob:", *elsewhere],
            "font-src": ["'self'"],
            "connect-src": ["'self'", *elsewhere, *connect],
            "manifest-src": ["'self'"],
            "form-action": ["'self'"],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
            "object-src": ["'none'"],
        }
    )


def static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """WhiteNoise's hook. A worker fetches under its own file's policy, not that of its page."""
    headers[HEADER] = _policy(
        {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "connect-src": ["'self'", *basemap_origins()],
            "style-src": ["'unsafe-inline'"],  # of an SVG file looked at by itself; it can run no script
            "frame-ancestors": ["'none'"],
        }
    )
    headers["X-Content-Type-Options"] = "nosniff"


def basemap_origins() -> list[str]:
    """Where an external basemap comes from: the host of its style, and those that the style itself names."""
    addresses = [settings.BASEMAP_STYLE_URL, *settings.BASEMAP_ORIGINS]
    return sorted({origin for address in addresses if (origin := _origin(address))})


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


def _policy(directives: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
