import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from whitenoise import WhiteNoise

from geoportal.csp import ContentSecurityPolicy, page_policy, static_headers

# One address of each kind of page.
PAGES = ["/problems/", "/needs/", "/initiatives/", "/about/", "/help/", "/nothing/"]
DATA = ["/healthz", "/readyz", "/api/v1/nothing/", "/tiles/problems.json"]


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


def policy_of(response: HttpResponseBase) -> dict[str, list[str]]:
    return directives(response.headers["Content-Security-Policy"])


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_our_scripts_and_nothing_else(world: None, client: Client, address: str) -> None:
    policy = policy_of(client.get(address))

    assert policy["default-src"] == ["'none'"]
    (own, nonce) = policy["script-src"]
    assert own == "'self'"
    assert re.fullmatch(r"'nonce-[\w-]{22,}'", nonce)
    assert policy["style-src"] == ["'self'"]
    assert policy["worker-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in policy.values() for source in sources)


@pytest.mark.parametrize("address", PAGES)
def test_every_inline_script_and_style_of_a_page_is_allowed(
    world: None, client: Client, address: str
) -> None:
    response = client.get(address)
    nonce = policy_of(response)["script-src"][1].strip("'").removeprefix("nonce-")
    page = response.content.decode()

    for script in re.findall(r"<script\b[^>]*>", page):
        runs = "application/json" not in script and " src=" not in script
        assert not runs or f'nonce="{nonce}"' in script, script
    assert "<style" not in page
    assert not re.search(r"<[^>]+\sstyle\s*=", page)
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", page)


@pytest.mark.parametrize("address", DATA)
def test_what_is_no_page_loads_nothing(world: None, client: Client, address: str) -> None:
    assert policy_of(client.get(address))["default-src"] == ["'none'"]


@pytest.mark.parametrize("address", [*PAGES, *DATA])
def test_every_answer_has_the_other_headers(world: None, client: Client, address: str) -> None:
    headers = client.get(address).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


def test_two_answers_have_two_nonces() -> None:
    def nonce() -> object:
        request = RequestFactory().get("/")
        ContentSecurityPolicy(lambda _: HttpResponse())(request)
        return request.csp_nonce  # type: ignore[attr-defined]

    assert nonce() != nonce()


def test_a_page_that_has_not_changed_keeps_its_first_nonce() -> None:
    response = ContentSecurityPolicy(lambda _: HttpResponseNotModified())(RequestFactory().get("/"))

    assert "Content-Security-Policy" not in response.headers


def test_a_basemap_elsewhere_is_allowed_with_the_hosts_it_names(settings: LazySettings) -> None:
    settings.BASEMAP_STYLE_URL = "https://styles.example.kz/street/style.json?key=secret"
    settings.BASEMAP_ORIGINS = ("https://tiles.example.kz/{z}/{x}/{y}.pbf", "javascript:alert(1)", "nonsense")

    policy = directives(page_policy("abc"))

    elsewhere = ["https://styles.example.kz", "https://tiles.example.kz"]
    assert policy["connect-src"] == ["'self'", *elsewhere]
    assert policy["img-src"] == ["'self'", "data:", "blob:", *elsewhere]
    assert policy["script-src"] == ["'self'", "'nonce-abc'"]


def test_a_worker_may_fetch_tiles_under_the_policy_of_its_own_file(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.BASEMAP_STYLE_URL = "https://styles.example.kz/style.json"
    (tmp_path / "worker.mjs").write_text("export {}")
    static = WhiteNoise(not_found, root=tmp_path, prefix="static", add_headers_function=static_headers)

    headers = dict(static.files["/static/worker.mjs"].get_response("GET", {}).headers)

    policy = directives(headers["Content-Security-Policy"])
    assert policy["connect-src"] == ["'self'", "https://styles.example.kz"]
    assert policy["script-src"] == ["'self'"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def not_found(*_: object) -> list[bytes]:
    return []
