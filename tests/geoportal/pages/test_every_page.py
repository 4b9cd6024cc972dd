"""What holds for each page: three languages, one heading, addresses for search engines, no script needed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.geoportal.pages.html import Page
from tests.world import add_feature

LANGUAGES = ("kk", "ru", "en")
HEADINGS = {
    "/problems/": {"kk": "Мәселелер", "ru": "Проблемы", "en": "Problems"},
    "/needs/": {"kk": "Қажеттіліктер", "ru": "Потребности", "en": "Needs"},
    "/initiatives/": {"kk": "Бастамалар", "ru": "Инициативы", "en": "Initiatives"},
    "/about/": {"kk": "Геопортал туралы", "ru": "О геопортале", "en": "About the geoportal"},
    "/help/": {"kk": "Көмек", "ru": "Помощь", "en": "Help"},
    "/privacy/": {"kk": "Құпиялылық", "ru": "Конфиденциальность", "en": "Privacy"},
    "/open-data/": {"kk": "Ашық деректер", "ru": "Открытые данные", "en": "Open data"},
}
pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", HEADINGS)
def test_a_page_speaks_the_readers_language(get: Callable[..., Any], address: str, language: str) -> None:
    response = get(address, language)
    assert response.status_code == 200
    page = Page(response.text)
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("h1")) == 1
    assert HEADINGS[address][language] in page.text


@pytest.mark.parametrize("address", HEADINGS)
def test_a_page_names_itself_in_each_language_for_search_engines(
    get: Callable[..., Any], address: str
) -> None:
    page = Page(get(address + "?lang=ru").text)
    alternates = {
        link["hreflang"]: link["href"] for link in page.all("link", rel="alternate") if "hreflang" in link
    }
    here = f"http://testserver{address}"
    assert alternates == {"x-default": here} | {code: f"{here}?lang={code}" for code in LANGUAGES}
    assert page.all("link", rel="canonical")[0]["href"] == f"{here}?lang=ru"


@pytest.mark.parametrize("address", ["/", *HEADINGS])
def test_a_link_to_a_page_has_a_picture_at_a_full_address(get: Callable[..., Any], address: str) -> None:
    images = Page(get(address).text).all("meta", property="og:image")
    assert [image["content"] for image in images] == ["http://testserver/static/geoportal/images/preview.png"]


def test_a_page_needs_no_script_and_no_inline_style(get: Callable[..., Any]) -> None:
    add_feature()
    for address in HEADINGS:
        response = get(address)
        page = Page(response.text)
        assert [a for name, a in page.tags if "style" in a or any(key.startswith("on") for key in a)] == []
        assert page.all("style") == []
        scripts = page.all("script")
        assert all("nonce" in script for script in scripts if script.get("type") != "application/json")
        # Data of the import map, no program.
        assert {script.get("type") for script in scripts} <= {"importmap"}


def test_the_switch_of_languages_keeps_the_page_and_its_filters(get: Callable[..., Any]) -> None:
    page = Page(get("/problems/?category=roads&from=2026-01-01").text)
    hrefs = [a["href"] for a in page.all("a", rel="alternate nofollow")]
    assert hrefs == [f"?category=roads&from=2026-01-01&lang={code}" for code in ("kk", "ru")]


def test_a_language_chosen_once_is_remembered(get: Callable[..., Any]) -> None:
    get("/about/?lang=ru", "en")
    assert Page(get("/about/", "en").text).all("html")[0]["lang"] == "ru"


def test_the_banner_shows_while_there_are_demonstration_data(get: Callable[..., Any]) -> None:
    add_feature()
    assert "demo-banner" not in get("/about/").text


def test_the_banner_appears_with_the_first_demonstration_record(get: Callable[..., Any]) -> None:
    add_feature(is_demo=True)
    assert "demo-banner" in get("/about/").text


def test_every_page_asks_the_database_a_handful_of_times(
    get: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        add_feature(70.1 + number / 20)
    with django_assert_max_num_queries(16):
        get("/problems/?region=110000000&category=roads")
