"""What the API is and what its codes mean, in the reader's language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from layers.catalogue import COLLECTIONS
from layers.statuses import PRIVATE_STATUSES, STATUSES, Group

pytestmark = pytest.mark.usefixtures("world")
Ask = Callable[..., Any]
TITLES = {"en": "Problems", "ru": "Проблемы", "kk": "Мәселелер"}


@pytest.mark.parametrize("language", TITLES)
def test_the_start_lists_the_collections_in_the_readers_language(ask: Ask, language: str) -> None:
    response = ask("/api/v1/", language=language)
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    found = {collection["name"]: collection for collection in response.body["collections"]}
    assert list(found) == list(COLLECTIONS)
    assert found["problems"]["title"] == TITLES[language]
    assert found["problems"]["kind"] == "problem"
    assert found["regions"]["kind"] is None
    assert found["problems"]["parameters"][-3:] == ["limit", "next", "lang"]


def test_every_link_of_the_start_leads_somewhere(client: Client, ask: Ask) -> None:
    body = ask("/api/v1/").body
    links = [*body["links"], *(link for each in body["collections"] for link in each["links"])]
    own = [link for link in links if link["rel"] not in {"license", "search"}]
    for link in own:
        response = client.get(link["href"].removeprefix("http://testserver"))
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(link["type"])


def test_categories_come_in_two_levels_and_three_languages(ask: Ask) -> None:
    assert ask("/api/v1/categories/").body == {
        "categories": [
            {
                "code": "roads",
                "parent": None,
                "name_kk": "Жолдар",
                "name_ru": "Дороги",
                "name_en": "Roads",
                "position": 1,
            },
            {
                "code": "potholes",
                "parent": "roads",
                "name_kk": "Шұңқырлар",
                "name_ru": "Ямы",
                "name_en": "Potholes",
                "position": 2,
            },
            {
                "code": "water",
                "parent": None,
                "name_kk": "Су",
                "name_ru": "Вода",
                "name_en": "Water",
                "position": 3,
            },
        ]
    }


@pytest.mark.parametrize(("language", "title"), [("en", "new"), ("ru", "новая"), ("kk", "жаңа")])
def test_statuses_come_by_kind_with_their_group(ask: Ask, language: str, title: str) -> None:
    body = ask("/api/v1/statuses/", language=language).body
    assert [group["code"] for group in body["groups"]] == Group.values
    kinds = {each["kind"]: each["statuses"] for each in body["kinds"]}
    assert set(kinds) == {kind.value for kind in STATUSES}
    assert kinds["problem"][0] == {"code": "new", "group": "open", "title": title}
    shown = {status["code"] for statuses in kinds.values() for status in statuses}
    assert shown.isdisjoint(PRIVATE_STATUSES)


@pytest.mark.parametrize(
    "address", ["/api/v1/", "/api/v1/categories/", "/api/v1/statuses/", "/api/schema/", "/api/docs/"]
)
@pytest.mark.parametrize("query", ["bogus=1", "lang=de", "lang=../../x", "version=1%0A2"])
def test_an_unknown_parameter_is_refused_everywhere(client: Client, address: str, query: str) -> None:
    response = client.get(f"{address}?{query}")
    assert (response.status_code, response.json()["field"]) == (400, query.split("=")[0])
