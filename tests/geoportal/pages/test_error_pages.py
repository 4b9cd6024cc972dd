"""When something is wrong, a page says so in the reader's language, and the 500 page depends on nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.geoportal.pages.html import Page

HEADINGS = {
    "400.html": {"kk": "Сұрау түсініксіз", "ru": "Запрос непонятен", "en": "The request is not understood"},
    "403.html": {
        "kk": "Бұл бетті ашуға рұқсатыңыз жоқ",
        "ru": "Вам нельзя открыть эту страницу",
        "en": "You may not open this page",
    },
    "404.html": {"kk": "Мұндай бет жоқ", "ru": "Такой страницы нет", "en": "There is no such page"},
    "500.html": {"kk": "Қате орын алды", "ru": "Что-то пошло не так", "en": "Something went wrong"},
}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("template", HEADINGS)
def test_an_error_page_renders_without_the_database(template: str, language: str) -> None:
    # No database fixture: a query would fail the test.
    with translation.override(language):
        page = Page(render_to_string(template, {"request_id": "abc"}))
    assert page.all("html")[0]["lang"] == language
    assert HEADINGS[template][language] in page.text


def test_the_500_page_tells_the_number_of_the_failure() -> None:
    assert "abc123" in Page(render_to_string("500.html", {"request_id": "abc123"})).text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_unknown_address_is_a_page_with_a_way_back(get: Callable[..., Any], language: str) -> None:
    response = get("/nothing/here/", language)
    assert response.status_code == 404
    page = Page(response.text)
    assert HEADINGS["404.html"][language] in page.text
    assert page.all("a", href="/")
