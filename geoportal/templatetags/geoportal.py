"""Template tags of the pages: ``{% load geoportal %}``."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

register = template.Library()

# Names that modules import packages by, and the files that set-up copied out of npm.
PACKAGES = {
    "maplibre-gl": "vendor/maplibre-gl.mjs",
    "pmtiles": "vendor/pmtiles.mjs",
    "fflate": "vendor/fflate.mjs",
    "@protomaps/basemaps": "vendor/basemaps.mjs",
}
MODULES = ("geoportal/js/", "vendor/")
ENDINGS = (".js", ".mjs")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of static/geoportal/icons/sprite.svg in the colour of its text; the words stand beside it."""
    return format_html(
        '<svg class="icon icon-{name}" aria-hidden="true"><use href="{sprite}#{name}"/></svg>',
        name=name,
        sprite=static("geoportal/icons/sprite.svg"),
    )


@register.simple_tag(takes_context=True)
def importmap(context: dict[str, Any]) -> SafeString:
    """The page's import map.

    Every module's plain address leads to its hashed one, so relative imports between modules need no
    rewriting, and packages are imported by their names. Without a manifest the plain addresses are right.
    """
    nonce = getattr(context.get("request"), "csp_nonce", "")
    body = json.dumps({"imports": import_addresses()}, ensure_ascii=False).replace("<", "\\u003c")
    return format_html('<script type="importmap"{}>{}</script>', nonce_attribute(nonce), SafeString(body))


def import_addresses() -> dict[str, str]:
    """Plain address or package name -> the address that is served."""
    hashed: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    modules = [name for name in hashed if name.startswith(MODULES) and name.endswith(ENDINGS)]
    served = {f"{settings.STATIC_URL}{name}": staticfiles_storage.url(name) for name in modules}
    moved = {plain: address for plain, address in sorted(served.items()) if plain != address}
    # A portal whose set-up had no npm has lists and pages, and no map: a missing package must not break them.
    known = {name: file for name, file in PACKAGES.items() if not hashed or file in hashed}
    return moved | {name: static(file) for name, file in known.items()}


def nonce_attribute(nonce: Any) -> SafeString:
    return format_html(' nonce="{}"', nonce) if nonce else SafeString("")


@register.simple_tag(takes_context=True)
def nonce(context: dict[str, Any]) -> SafeString:
    """``<script{% nonce %}>``: the attribute that the Content-Security-Policy asks for."""
    return nonce_attribute(getattr(context.get("request"), "csp_nonce", ""))


@register.simple_tag(takes_context=True)
def page_data(context: dict[str, Any], value: Any, element_id: str) -> SafeString:
    """``value`` as JSON for the page's modules to read. Data, not script: it needs no nonce."""
    return json_script(value, element_id)
