"""TileJSON 3.0.0: what the specification requires, and what clients of the portal rely on."""

from typing import Any

import pytest
from django.test import Client

from layers.catalogue import COLLECTIONS
from tests.tiles.decoded import HOME, asked, place
from tests.world import add_feature

pytestmark = pytest.mark.usefixtures("world")


def document(client: Client, name: str = "problems", query: str = "") -> Any:
    response = client.get(f"/tiles/{name}.json?{query}")
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_collection_is_described_as_the_specification_wants(client: Client, name: str) -> None:
    found = document(client, name)
    assert found["tilejson"] == "3.0.0"
    assert found["scheme"] == "xyz"
    assert found["tiles"] == [f"http://testserver/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt"]
    assert found["bounds"] == [70, 50, 73, 51]
    assert 0 <= found["minzoom"] <= found["maxzoom"] <= 30
    assert found["attribution"]
    (layer,) = found["vector_layers"]
    assert layer["id"] == name
    assert (layer["minzoom"], layer["maxzoom"]) == (found["minzoom"], found["maxzoom"])
    assert all(isinstance(text, str) and text for text in layer["fields"].values())


def test_the_fields_are_those_that_tiles_carry(client: Client) -> None:
    for number in range(3):
        add_feature(*place(10 + 3000 * number, 10))
    (layer,) = document(client)["vector_layers"]
    above = type(HOME)(11, HOME.x // 2, HOME.y // 2)
    carried = {key for tile in (HOME, above) for f in asked(tile) for key in f["properties"]}
    assert carried <= set(layer["fields"])
    assert set(layer["fields"]) == {
        *("id", "kind", "category", "status"),
        *("count", "open", "solved", "declined", "duplicate"),
    }


def test_filters_are_carried_on_and_the_language_is_not(client: Client) -> None:
    query = "status=open,declined&q=%D0%B6%D0%BE%D0%BB+1&grid=fine&lang=ru"
    (template,) = document(client, query=query)["tiles"]
    assert template.endswith("/{z}/{x}/{y}.mvt?status=open,declined&q=%D0%B6%D0%BE%D0%BB%201&grid=fine")
    assert client.get(template.replace("{z}/{x}/{y}", "0/0/0")).status_code == 204


@pytest.mark.parametrize(("language", "name"), [("kk", "Мәселелер"), ("ru", "Проблемы"), ("en", "Problems")])
def test_names_are_in_the_readers_language(client: Client, language: str, name: str) -> None:
    response = client.get("/tiles/problems.json", headers={"accept-language": language})
    assert response.json()["name"] == name
    assert response.headers["Content-Language"] == language
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    again = client.get(
        "/tiles/problems.json",
        headers={"accept-language": language, "if-none-match": response.headers["ETag"]},
    )
    assert again.status_code == 304
    assert again.headers["Content-Language"] == language


def test_boundaries_of_another_day_credit_their_own_source(client: Client) -> None:
    from regions.models import Generation

    Generation.objects.filter(vintage="2018").update(attribution="The old atlas")
    assert document(client, "regions", "at=2020-01-01")["attribution"] == "The old atlas"
    assert document(client, "regions")["attribution"] == "Tests"
