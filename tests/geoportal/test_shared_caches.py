"""What a cache in front may keep, and that it never is what depends on who asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, include, path

from geoportal.access import ACCESS, PUBLIC
from geoportal.accounts.models import User
from geoportal.own_writes import COOKIE
from geoportal.shared_caches import HEADER, SharedCaches, time_to_keep
from tests.tiles.decoded import HOME
from tests.world import add_feature

TILE = f"/tiles/problems/{HOME.z}/{HOME.x}/{HOME.y}.mvt"
SHARED = {
    TILE: "@1",
    f"{TILE}?status=open": "@1",
    TILE.replace("problems", "regions"): "300",
    "/api/v1/problems/": "@1",
    "/api/v1/regions/": "@1",
    "/api/v1/problems/{id}/": "@1",
    "/api/v1/categories/": "@1",
}
TRANSLATED = (
    "/tiles/problems.json",
    "/api/v1/",
    "/api/v1/statuses/",
    "/api/v1/search/?q=a",
)
NOBODYS = (*TRANSLATED, "/", "/about/", "/problems/", "/problems/{id}/", "/healthz", f"{TILE}?nonsense=1")


def own_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"yours, {request.user}")


def own_data(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"yours, {request.user}", "application/json", headers={"Cache-Control": "no-cache"})


def visits(request: HttpRequest) -> HttpResponse:
    request.session["visits"] = 1
    return HttpResponse("1", "application/json", headers={"Cache-Control": "public, max-age=60"})


urlpatterns = [
    path("own/", own_page, name="test-own"),
    path("api/own/", own_data, name="test-own-data"),
    path("tiles/visits/", visits, name="test-visits"),
    path("", include("geoportal.urls")),
]
# The portal refuses what its table of access does not name.
ACCESS.update({str(route.name): PUBLIC for route in urlpatterns if isinstance(route, URLPattern)})
handler404 = "geoportal.error_pages.not_found"


@pytest.fixture
def feature(world: None) -> Any:
    return add_feature(70.5, 50.5)


@pytest.fixture
def person(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("aigul@example.kz", display_name="Айгүл"))
    return client


@pytest.mark.parametrize(("address", "kept"), SHARED.items())
def test_what_is_the_same_for_all_says_how_long_it_may_be_kept(
    client: Client, feature: Any, address: str, kept: str
) -> None:
    response = client.get(address.format(id=feature.pk))
    assert response.status_code in {200, 204}
    assert response.headers[HEADER] == kept
    assert response.headers["Vary"] in {"Accept-Encoding", ""}
    assert not response.cookies


@pytest.mark.parametrize("address", NOBODYS)
def test_what_is_translated_or_wrong_is_for_no_shared_cache(
    client: Client, feature: Any, address: str
) -> None:
    response = client.get(address.format(id=feature.pk))
    assert HEADER not in response.headers
    assert "public" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize("address", TRANSLATED)
def test_what_is_translated_says_what_it_depends_on(client: Client, feature: Any, address: str) -> None:
    varies = client.get(address).headers["Vary"]
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in varies.split(",")}


@pytest.mark.parametrize("address", SHARED)
def test_open_data_is_the_same_for_who_has_a_session_and_marked_for_nobody(
    person: Client, feature: Any, address: str
) -> None:
    mine = person.get(address.format(id=feature.pk))
    all_ = Client().get(address.format(id=feature.pk))
    assert mine.content == all_.content
    assert mine.headers["ETag"] == all_.headers["ETag"]
    assert not mine.cookies
    assert HEADER in all_.headers
    assert HEADER not in mine.headers


@pytest.mark.parametrize("address", SHARED)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_open_data_is_the_same_in_every_language(
    client: Client, feature: Any, address: str, language: str
) -> None:
    plain = client.get(address.format(id=feature.pk))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    chosen = client.get(address.format(id=feature.pk), headers={"Accept-Language": language})
    assert chosen.content == plain.content
    assert chosen.headers[HEADER] == plain.headers[HEADER]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/own/", "/api/own/", "/tiles/visits/"])
def test_what_looks_at_the_session_varies_with_it_and_is_not_shared(person: Client, address: str) -> None:
    for asker in (person, Client()):
        response = asker.get(address)
        assert "Cookie" in response.headers["Vary"]
        assert HEADER not in response.headers


@pytest.mark.parametrize("address", ["/", "/about/", "/problems/", "/problems/{id}/"])
def test_pages_are_never_public(person: Client, feature: Any, address: str) -> None:
    for asker in (person, Client()):
        response = asker.get(address.format(id=feature.pk))
        assert response.status_code == 200
        assert "public" not in response.headers.get("Cache-Control", "")
        assert "Cookie" in response.headers["Vary"]


def answered(given: Callable[[], HttpResponse], **more: Any) -> HttpResponse:
    request = RequestFactory().get(more.pop("path", "/api/v1/x/"), **more)
    request.user = AnonymousUser()
    return SharedCaches(lambda _: given())(request)


def fit(**headers: str) -> HttpResponse:
    return HttpResponse(headers={"Cache-Control": "no-cache", "Vary": "Accept-Encoding", **headers})


def with_a_cookie() -> HttpResponse:
    response = fit()
    response.set_cookie(COOKIE, "x")
    return response


def failed() -> HttpResponse:
    response = fit()
    response.status_code = 503
    return response


def test_the_rule_lets_through_what_is_fit() -> None:
    assert answered(fit).headers[HEADER] == "@1"


@pytest.mark.parametrize(
    ("given", "more"),
    [
        (fit, {"path": "/about/"}),
        (fit, {"headers": {"Authorization": "Bearer abc"}}),
        (fit, {"headers": {"Cookie": "sessionid=abc"}}),
        (lambda: fit(Vary="*"), {}),
        (lambda: fit(Vary="Accept-Encoding, cookie"), {}),
        (with_a_cookie, {}),
        (failed, {}),
    ],
)
def test_the_rule_keeps_back_what_is_not(given: Callable[[], HttpResponse], more: dict[str, Any]) -> None:
    assert HEADER not in answered(given, **more).headers


@pytest.mark.parametrize(
    ("cache_control", "kept"),
    [
        ("no-cache", "@1"),
        ("No-Cache, max-age=0", "@1"),
        ("public, max-age=300, stale-while-revalidate=86400", "300"),
        ("public, max-age=31536000, immutable", "31536000"),
        ("max-age=300", ""),
        ("public", ""),
        ("private, max-age=300", ""),
        ("no-cache, private", ""),
        ("no-store", ""),
        ("no-cache, no-store, must-revalidate, private", ""),
        ("", ""),
    ],
)
def test_cache_control_in_the_words_of_nginx(cache_control: str, kept: str) -> None:
    assert time_to_keep(cache_control) == kept
