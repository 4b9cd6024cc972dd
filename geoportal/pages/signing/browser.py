"""Which browser asked for a login text: nobody else may use it, though nobody is known yet."""

import secrets

from django.http import HttpRequest

KEY = "signing_browser"


def browser_of(request: HttpRequest) -> str:
    """The secret that this session keeps; it is made when there is none."""
    secret: str = request.session.setdefault(KEY, secrets.token_urlsafe(32))
    return secret


def known_browser(request: HttpRequest) -> str:
    """The same without making one: empty for a browser that never asked for a text."""
    secret: str = request.session.get(KEY, "")
    return secret
