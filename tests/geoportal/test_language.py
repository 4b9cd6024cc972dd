import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from geoportal.language import ReaderLanguage, reader_language

# The first that names one of our languages decides: the address, the cookie, the browser; else Kazakh.
CHOICES = [
    ("en", "ru", "kk", "en"),
    (None, "ru", "en", "ru"),
    (None, None, "en", "en"),
    (None, None, None, "kk"),
    ("de", "ru", "en", "ru"),
    ("de", "fr", "en", "en"),
    ("de", "fr", "it", "kk"),
    ("", "ru", "en", "ru"),
    ("../../etc", "ru", "en", "ru"),
    (None, None, "de, ru;q=0.5, en;q=0.9", "en"),
    (None, None, "ru-KZ", "ru"),
    (None, None, "kk-Cyrl-KZ, ru;q=0.8", "kk"),
    (None, None, "uz, *", "kk"),
    (None, None, "en;q=0, ru", "ru"),
    (None, None, "not a header;;;", "kk"),
]


def a_request(lang: str | None, cookie: str | None, accepted: str | None) -> HttpRequest:
    request = RequestFactory().get(
        "/",
        {} if lang is None else {"lang": lang},
        headers={} if accepted is None else {"Accept-Language": accepted},
    )
    if cookie is not None:
        request.COOKIES["language"] = cookie
    return request


@pytest.mark.parametrize(("lang", "cookie", "accepted", "expected"), CHOICES)
def test_the_first_choice_that_is_ours_decides(
    lang: str | None, cookie: str | None, accepted: str | None, expected: str
) -> None:
    assert reader_language(a_request(lang, cookie, accepted)) == expected


def answered(request: HttpRequest, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    return ReaderLanguage(lambda _: HttpResponse(translation.get_language(), content_type=content_type))(
        request
    )


def test_the_view_runs_in_the_readers_language_and_the_thread_gets_its_own_back() -> None:
    before = translation.get_language()

    assert answered(a_request("ru", None, None)).content == b"ru"
    assert translation.get_language() == before


def test_a_choice_in_the_address_is_remembered() -> None:
    cookie = answered(a_request("ru", None, None)).cookies["language"]

    assert cookie.value == "ru"
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("request_", [a_request(None, None, "ru"), a_request("de", None, "ru")])
def test_what_was_not_chosen_is_not_remembered(request_: HttpRequest) -> None:
    assert not answered(request_).cookies


def test_a_page_says_its_language_and_what_it_depends_on() -> None:
    response = answered(a_request(None, None, "ru"))

    assert response.headers["Content-Language"] == "ru"
    assert response.headers["Vary"] == "Accept-Language, Cookie"


def test_a_tile_is_the_same_for_every_reader() -> None:
    response = answered(a_request("ru", None, None), "application/vnd.mapbox-vector-tile")

    assert "Vary" not in response.headers
    assert "Content-Language" not in response.headers
    assert not response.cookies


@pytest.mark.urls("tests.geoportal.failing_urls")
def test_a_problem_is_told_in_the_readers_language(client: Client) -> None:
    response = client.get("/api/v1/nothing/", headers={"Accept-Language": "ru"})

    assert response.headers["Content-Language"] == "ru"
