"""The description in OpenAPI is valid, whole and true."""

import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from layers import api_urls
from layers.catalogue import COLLECTIONS
from tests.world import add_feature

Ask = Callable[..., Any]


@pytest.fixture
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_the_schema_is_valid_openapi_without_a_warning(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    validate_schema(schema)
    assert not GENERATOR_STATS


def test_every_address_is_described_once(schema: dict[str, Any]) -> None:
    routes = [re.sub(r"<int:(\w+)>", r"{\1}", f"/api/{pattern.pattern}") for pattern in api_urls.urlpatterns]
    assert sorted(schema["paths"]) == sorted(route for route in routes if route.startswith("/api/v1/"))
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    of_features = [name for name, collection in COLLECTIONS.items() if collection.kind]
    assert len(ids) == len(set(ids)) == 5 + 2 * len(COLLECTIONS) + 2 * len(of_features)
    for operation in operations:
        assert operation["summary"]
        assert all(parameter["description"] for parameter in operation["parameters"])
        assert {"200", "400"} <= set(operation["responses"])
        problem = operation["responses"]["400"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_parameters_are_those_of_the_collection(schema: dict[str, Any], name: str) -> None:
    operation = schema["paths"][f"/api/v1/{name}/"]["get"]
    described = {parameter["name"] for parameter in operation["parameters"]}
    assert described == {*COLLECTIONS[name].parameters, "limit", "next", "lang"}
    assert set(operation["responses"]["200"]["content"]) == {"application/geo+json"}


def test_statuses_to_ask_for_are_listed_and_private_ones_are_not(schema: dict[str, Any]) -> None:
    parameters = schema["paths"]["/api/v1/initiatives/"]["get"]["parameters"]
    status = next(parameter for parameter in parameters if parameter["name"] == "status")
    assert (status["style"], status["explode"]) == ("form", False)
    codes = status["schema"]["items"]["enum"]
    assert codes[:4] == ["open", "solved", "declined", "duplicate"]
    assert {"gathering", "archived"} <= set(codes)
    assert {"draft", "hidden"}.isdisjoint(codes)


@pytest.mark.usefixtures("world")
def test_answers_are_what_the_schema_says(ask: Ask, schema: dict[str, Any]) -> None:
    feature = add_feature()
    add_feature(kind="need", status="new", geom="MULTIPOLYGON(((70 50, 70.5 50, 70.5 50.5, 70 50)))")
    add_feature(kind="initiative", status="published", geom="LINESTRING(70.1 50.1, 70.2 50.2)")
    for path, described in schema["paths"].items():
        address = path.replace("{id}", str(feature.pk)) + ("?q=hole" if "search" in path else "")
        response = ask(address)
        assert str(response.status_code) in described["get"]["responses"]
        if response.status_code == 200:
            media_type = response.headers["Content-Type"]
            check(
                response.body, described["get"]["responses"]["200"]["content"][media_type]["schema"], schema
            )
        problem = ask(f"{path.replace('{id}', '1')}?bogus=1").body
        check(problem, {"$ref": "#/components/schemas/Problem"}, schema)


def check(body: Any, wanted: dict[str, Any], schema: dict[str, Any]) -> None:
    """OpenAPI 3.0 says ``nullable`` where JSON Schema says ``null``."""
    text = json.dumps({**wanted, "components": schema["components"]}, default=str)
    rewritten = json.loads(text, object_hook=with_null)
    jsonschema.validate(body, rewritten)


def with_null(each: dict[str, Any]) -> dict[str, Any]:
    if each.pop("nullable", False):
        return {"anyOf": [each, {"type": "null"}]}
    return each


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("language", "summary"), [("en", "Problems"), ("ru", "Проблемы"), ("kk", "Мәселелер")]
)
def test_the_schema_speaks_the_readers_language(client: Client, language: str, summary: str) -> None:
    for asked in (f"format=json&lang={language}", "format=json"):
        response = client.get(f"/api/schema/?{asked}", headers={"accept-language": language})
        assert response.headers["Content-Type"].startswith("application/vnd.oai.openapi+json")
        assert response.json()["paths"]["/api/v1/problems/"]["get"]["summary"] == summary


@pytest.mark.usefixtures("world")
def test_the_documents_to_try_are_a_page_under_the_portals_policy(client: Client) -> None:
    response = client.get("/api/docs/")
    assert response.status_code == 200
    page = response.content.decode()
    nonce = re.search(r'<script nonce="([^"]+)">', page)
    assert nonce
    assert f"'nonce-{nonce[1]}'" in response.headers["Content-Security-Policy"]
    assert "/api/schema/" in page
    assert not re.search(r"""(src|href)=["']https?:""", page)
