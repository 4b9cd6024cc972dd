"""Modules find each other by plain addresses, with hashed files and without."""

import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template
from django.test import RequestFactory

from geoportal.templatetags.geoportal import PACKAGES

HASHED = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}


def rendered(nonce: str = "") -> tuple[str, dict[str, str]]:
    request = RequestFactory().get("/")
    if nonce:
        request.csp_nonce = nonce  # type: ignore[attr-defined]
    html = Template("{% load geoportal %}{% importmap %}").render(Context({"request": request}))
    match = re.fullmatch(r"(<script type=\"importmap\"[^>]*>)(.*)</script>", html)
    assert match
    return match[1], json.loads(match[2])["imports"]


def test_the_import_map_carries_the_nonce_of_the_page() -> None:
    assert rendered("abc")[0] == '<script type="importmap" nonce="abc">'
    assert rendered()[0] == '<script type="importmap">'


def test_without_a_manifest_packages_have_plain_addresses() -> None:
    assert rendered()[1] == {name: f"/static/{file}" for name, file in PACKAGES.items()}


@pytest.fixture
def _hashed(settings: LazySettings, tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    for name in (
        "geoportal/js/map.js",
        "geoportal/js/parts/panel.js",
        "vendor/maplibre-gl.mjs",
        "other/x.js",
    ):
        file = sources / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"// {name}\n")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [sources]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": HASHED}
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.mark.usefixtures("_hashed")
def test_with_a_manifest_each_module_leads_to_its_hashed_file() -> None:
    imports = rendered()[1]
    assert set(imports) == {
        "/static/geoportal/js/map.js",
        "/static/geoportal/js/parts/panel.js",
        "/static/vendor/maplibre-gl.mjs",
        "maplibre-gl",
    }
    for plain, address in imports.items():
        assert re.fullmatch(r"/static/[\w/.-]+\.[0-9a-f]{12}\.m?js", address), plain
        assert staticfiles_storage.exists(address.removeprefix("/static/"))
    assert imports["maplibre-gl"] == imports["/static/vendor/maplibre-gl.mjs"]
