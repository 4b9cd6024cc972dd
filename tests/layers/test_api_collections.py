"""Pages of features: exactly the public rows that match, every field in each, as drf-gis would write them."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from layers.api.geojson import SERIALIZERS
from layers.catalogue import COLLECTIONS
from layers.items import public_rows
from regions.models import Region, Settlement
from tests.world import EAST, MIDDLE, MIDDLE_NORTH, WEST, add_feature

pytestmark = pytest.mark.usefixtures("world")
Ask = Callable[..., Any]
FEATURE_FIELDS = [
    *(
        "kind",
        "title",
        "text",
        "language",
        "address",
        "category",
        "status",
        "jurisdiction",
        "oblast",
        "rayon",
    ),
    *("received_at", "first_response_at", "due_at", "resolved_at", "closed_at", "source", "is_demo"),
]


def add_settlement(name: str, population: int, **values: Any) -> Settlement:
    return Settlement.objects.create(
        jurisdiction_id="kz",
        geonames_id=Settlement.objects.count() + 1,
        name_kk=name,
        name_ru=name,
        name_en=name,
        point=Point(71.5, 50.25, srid=4326),
        population=population,
        min_zoom=5,
        oblast=MIDDLE,
        **values,
    )


def test_a_page_is_a_feature_collection_that_says_how_many_there_are(ask: Ask) -> None:
    for number in range(3):
        add_feature(title=f"hole {number}", received_at=datetime(2026, 1, 1 + number, tzinfo=UTC))
    response = ask("/api/v1/problems/?limit=2")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/geo+json"
    body = response.body
    assert body["type"] == "FeatureCollection"
    assert (body["numberMatched"], body["numberReturned"]) == (3, 2)
    assert [feature["properties"]["title"] for feature in body["features"]] == ["hole 2", "hole 1"]
    here, following = body["links"]
    assert here == {
        "href": "http://testserver/api/v1/problems/?limit=2",
        "rel": "self",
        "type": "application/geo+json",
    }
    assert (following["rel"], following["type"]) == ("next", "application/geo+json")

    last = ask(following["href"].removeprefix("http://testserver")).body
    assert [feature["properties"]["title"] for feature in last["features"]] == ["hole 0"]
    assert (last["numberMatched"], last["numberReturned"]) == (3, 1)
    assert [link["rel"] for link in last["links"]] == ["self"]


def test_every_field_is_in_every_feature_in_one_order(ask: Ask) -> None:
    feature = add_feature(71.25, 50.75, text="Deep", address="Abai 1")
    found = ask("/api/v1/problems/").body["features"][0]
    assert found["type"] == "Feature"
    assert found["id"] == feature.pk
    assert found["geometry"] == {"type": "Point", "coordinates": [71.25, 50.75]}
    assert list(found["properties"]) == FEATURE_FIELDS
    assert found["properties"] == {
        "kind": "problem",
        "title": "A hole in the road",
        "text": "Deep",
        "language": "en",
        "address": "Abai 1",
        "category": "potholes",
        "status": "new",
        "jurisdiction": "kz",
        "oblast": MIDDLE,
        "rayon": MIDDLE_NORTH,
        "received_at": "2026-03-15T06:00:00Z",
        "first_response_at": None,
        "due_at": None,
        "resolved_at": None,
        "closed_at": None,
        "source": "",
        "is_demo": False,
    }


def test_features_are_written_as_drf_gis_writes_them(ask: Ask) -> None:
    add_feature(71.123456789, 50.987654321, title='"Ямы" \\ \u2028 ә', first_response_at=datetime.now(UTC))
    add_feature(geom="LINESTRING(70.1 50.1, 70.2 50.2)")
    add_feature(geom="POLYGON((70 50, 70.5 50, 70.5 50.5, 70 50))")
    add_feature(geom="MULTIPOLYGON(((70 50, 70.5 50, 70.5 50.5, 70 50)))", kind="need", status="new")
    add_settlement("Ortalyq", 1000)
    for name, collection in COLLECTIONS.items():
        serializer = SERIALIZERS[name]()
        serializer.fields[collection.geometry].precision = 7
        found = ask(f"/api/v1/{name}/").body["features"]
        rows = public_rows(collection).in_bulk([feature["id"] for feature in found])
        assert len(found) == len(rows)
        for feature in found:
            plain = GeoFeatureModelSerializer.to_representation(serializer, rows[feature["id"]])
            assert feature == json.loads(json.dumps(plain)), name
            assert list(feature["properties"]) == list(plain["properties"])


def test_regions_and_settlements_are_collections_like_the_others(ask: Ask) -> None:
    add_settlement("Village", 10)
    add_settlement("City", 1000, is_centre=True)
    regions = ask("/api/v1/regions/").body
    codes = [feature["properties"]["code"] for feature in regions["features"]]
    assert codes[:3] == [WEST, MIDDLE, EAST]
    assert regions["numberMatched"] == len(codes) == 7
    north = next(f for f in regions["features"] if f["properties"]["code"] == MIDDLE_NORTH)
    assert north["properties"]["parent"] == MIDDLE
    assert north["geometry"]["type"] == "MultiPolygon"
    assert regions["features"][0]["properties"]["parent"] is None
    towns = ask("/api/v1/settlements/").body["features"]
    assert [town["properties"]["name_en"] for town in towns] == ["City", "Village"]


@pytest.mark.parametrize(
    ("limit", "returned"), [("1", 1), ("007", 7), ("1000", 12), ("1001", 12), ("9" * 5000, 12), ("", 12)]
)
def test_the_limit_is_clamped_to_the_maximum(ask: Ask, limit: str, returned: int) -> None:
    for _number in range(12):
        add_feature()
    assert ask(f"/api/v1/problems/?limit={limit}").body["numberReturned"] == returned


def test_a_hundred_come_when_nothing_is_said(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(101):
        add_feature()
    assert ask("/api/v1/problems/").body["numberReturned"] == 100
    monkeypatch.setattr("layers.api.collections.MOST", 101)
    assert ask("/api/v1/problems/?limit=5000").body["numberReturned"] == 101


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=٣", "limit"),
        ("limit=1&limit=2", "limit"),
        ("next=bogus", "next"),
        ("next=W10", "next"),
        ("sort=title", "sort"),
        ("bogus=1", "bogus"),
        ("format=api", "format"),
        ("lang=de", "lang"),
        ("q=%00", "q"),
        ("bbox=1,2,3", "bbox"),
        ("region=999", "region"),
    ],
)
def test_what_cannot_be_used_is_a_400_that_names_it(ask: Ask, name: str, query: str, field: str) -> None:
    response = ask(f"/api/v1/{name}/?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert (response.body["code"], response.body["field"]) == ("bad_parameter", field)


def test_a_filter_of_another_collection_is_unknown(ask: Ask) -> None:
    for address in (
        "/api/v1/regions/?status=open",
        "/api/v1/settlements/?at=2024-01-01",
        "/api/v1/needs/?level=1",
    ):
        assert ask(address).status_code == 400


def test_an_item_is_one_feature(ask: Ask) -> None:
    feature = add_feature(kind="need", status="voiced", title="A school")
    response = ask(f"/api/v1/needs/{feature.pk}/?lang=kk")
    assert response.headers["Content-Type"] == "application/geo+json"
    assert response.body == ask("/api/v1/needs/").body["features"][0]
    region = Region.objects.get(code=WEST, generation__vintage="2018")
    # Of boundaries that are no longer in force as well.
    assert ask(f"/api/v1/regions/{region.pk}/").body["properties"]["code"] == WEST


def test_an_item_of_another_country_is_there_too(ask: Ask) -> None:
    feature = add_feature()
    kz = feature.jurisdiction
    kz.pk = "boston"
    kz.save(force_insert=True)
    there = add_feature(jurisdiction_id="boston", oblast="", rayon="")
    assert ask(f"/api/v1/problems/{there.pk}/").body["id"] == there.pk
    assert [f["id"] for f in ask("/api/v1/problems/").body["features"]] == [feature.pk]
    assert [f["id"] for f in ask("/api/v1/problems/?region=boston").body["features"]] == [there.pk]


@pytest.mark.parametrize("number", ["1", "0", "99999999999999999999999"])
def test_what_is_not_there_is_a_404(ask: Ask, number: str) -> None:
    for name in COLLECTIONS:
        Region.objects.all().delete()
        response = ask(f"/api/v1/{name}/{number}/")
        assert response.status_code == 404
        assert response.body["code"] == "not_found"


def test_an_item_takes_no_filters(ask: Ask) -> None:
    feature = add_feature()
    response = ask(f"/api/v1/problems/{feature.pk}/?region={WEST}")
    assert (response.status_code, response.body["field"]) == (400, "region")


def test_a_feature_is_found_under_its_own_kind_only(ask: Ask) -> None:
    assert ask(f"/api/v1/needs/{add_feature().pk}/").status_code == 404


def test_private_rows_leave_by_no_address(ask: Ask) -> None:
    secrets = [
        add_feature(title="secretword", status="hidden"),
        add_feature(title="secretword", kind="need", status="hidden"),
        add_feature(title="secretword", kind="initiative", status="draft"),
        add_feature(title="secretword", kind="initiative", status="hidden"),
    ]
    for name in ("problems", "needs", "initiatives"):
        for query in (
            "",
            "q=secretword",
            f"region={WEST}",
            "category=roads",
            "status=open,declined",
            "bbox=70,50,73,51",
        ):
            body = ask(f"/api/v1/{name}/?{query}").body
            assert (body["numberMatched"], body["features"]) == (0, [])
        for secret in secrets:
            assert ask(f"/api/v1/{name}/{secret.pk}/").status_code == 404
        for status in ("hidden", "draft"):
            assert ask(f"/api/v1/{name}/?status={status}").body["field"] == "status"
    assert ask("/api/v1/search/?q=secretword").body == {"places": [], "features": []}


def test_nobody_is_told_who_wrote_it(ask: Ask) -> None:
    feature = add_feature(source="file", source_id="900101300123")
    for address in ("/api/v1/problems/", f"/api/v1/problems/{feature.pk}/"):
        assert "900101300123" not in ask(address).content.decode()


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_page_costs_few_queries_however_many_rows_it_has(
    ask: Ask, name: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        add_feature()
        add_settlement(f"Village {number}", number)
    query = "limit=1000&bbox=60,40,80,60&q=a&region=" + MIDDLE
    if COLLECTIONS[name].kind:
        query += "&category=roads&status=open&from=2020-01-01&to=2030-01-01"
    with django_assert_max_num_queries(9):
        assert ask(f"/api/v1/{name}/?{query}").status_code == 200


def test_scripts_of_other_sites_may_read_everything(client: Client, ask: Ask) -> None:
    feature = add_feature()
    for address in (
        *("/api/v1/", "/api/v1/problems/", f"/api/v1/problems/{feature.pk}/", "/api/v1/problems/1234567/"),
        *("/api/v1/search/?q=hole", "/api/v1/categories/", "/api/v1/statuses/", "/api/schema/"),
    ):
        response = client.get(address, headers={"origin": "https://elsewhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    asked = client.options("/api/v1/problems/", headers={"access-control-request-method": "GET"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_a_body(client: Client) -> None:
    add_feature()
    response = client.head("/api/v1/problems/")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "application/geo+json"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/problems/")
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_an_answer_that_has_not_changed_is_not_sent_again(ask: Ask) -> None:
    add_feature()
    first = ask("/api/v1/problems/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = ask("/api/v1/problems/", **{"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    add_feature()
    assert ask("/api/v1/problems/", **{"if-none-match": first.headers["ETag"]}).status_code == 200


def test_a_page_is_compressed_for_whoever_can_read_that_and_has_one_identity(client: Client) -> None:
    for _number in range(10):
        add_feature()
    plain = client.get("/api/v1/problems/")
    packed = client.get("/api/v1/problems/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3
    # Weak: the same data in other bytes (RFC 9110, 8.8.1).
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert "Accept-Encoding" in plain.headers["Vary"]
    asked = {"accept-encoding": "gzip", "if-none-match": packed.headers["ETag"]}
    assert client.get("/api/v1/problems/", headers=asked).status_code == 304


def test_the_link_to_the_next_page_keeps_the_filters(ask: Ask) -> None:
    for _number in range(2):
        add_feature(72.5, 50.5)
    query = f"region={WEST},{EAST}&limit=1&lang=ru&q=hole"
    href = ask(f"/api/v1/problems/?{query}").body["links"][1]["href"]
    kept = parse_qs(urlsplit(href).query)
    token = kept.pop("next")
    assert kept == {"region": [f"{WEST},{EAST}"], "limit": ["1"], "lang": ["ru"], "q": ["hole"]}
    # A page after the last row of another kind is still a page; one in another order is not.
    assert ask(f"/api/v1/needs/?next={token[0]}").status_code == 200
    assert ask(f"/api/v1/settlements/?next={token[0]}").body["field"] == "next"


@pytest.mark.parametrize(
    ("language", "detail"), [("en", "There is no region “999”."), ("ru", "999"), ("kk", "999")]
)
def test_errors_speak_the_readers_language(ask: Ask, language: str, detail: str) -> None:
    response = ask("/api/v1/problems/?region=999", language=language)
    assert response.headers["Content-Language"] == language
    assert detail in response.body["detail"]
