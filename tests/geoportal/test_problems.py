import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.geoportal.failing_urls import ERRORS, REST_ERRORS

pytestmark = pytest.mark.urls("tests.geoportal.failing_urls")

STATUS_AND_CODE = {
    "bug": (500, "server_error"),
    "missing": (404, "not_found"),
    "denied": (403, "forbidden"),
    "suspicious": (400, "bad_request"),
    "bad-parameter": (400, "bad_parameter"),
    "not-there": (404, "not_found"),
    "rule": (400, "some_rule"),
    "throttled": (500, "error"),
    "rest-missing": (404, "not_found"),
}
INNER = ("840101300123", "table secret", "the chief", "inner detail")


@pytest.fixture
def quiet_client() -> Client:
    """A client that gets the answer to a bug, as a reader does, instead of the exception."""
    return Client(raise_request_exception=False)


def problem_of(response: Any) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    body: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "code", "detail"} <= set(body)
    assert set(body) <= {"type", "title", "status", "code", "detail", "field", "request_id"}
    assert body["status"] == response.status_code
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "address",
    [f"/api/v1/fail/{name}/" for name in ERRORS] + [f"/api/v1/rest/{name}/" for name in REST_ERRORS],
)
def test_programs_get_one_shape_for_every_error(quiet_client: Client, address: str) -> None:
    name = address.strip("/").rsplit("/", 1)[1]

    body = problem_of(quiet_client.get(address))

    assert (body["status"], body["code"]) == STATUS_AND_CODE[name]
    assert not any(word in json.dumps(body) for word in INNER)


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/tiles/x", "/ogc/x", "/export/x", "/open311/v2/x"])
def test_an_address_that_is_not_there_is_a_problem_for_programs(client: Client, address: str) -> None:
    assert problem_of(client.get(address))["code"] == "not_found"


@pytest.mark.parametrize("address", ["/api/v1/only-post/", "/api/v1/rest/bug/"])
def test_a_refused_method_says_which_are_allowed(client: Client, address: str) -> None:
    response = client.delete(address)

    assert problem_of(response)["code"] == "method_not_allowed"
    assert response.headers["Allow"]


def test_the_parameter_at_fault_is_named(client: Client) -> None:
    assert problem_of(client.get("/api/v1/fail/bad-parameter/"))["field"] == "from"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status"), [("missing", 404), ("denied", 403), ("suspicious", 400), ("rule", 400)]
)
def test_people_get_a_page(quiet_client: Client, name: str, status: int) -> None:
    response = quiet_client.get(f"/fail/{name}/")

    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_page_of_a_bug_says_the_number_to_tell_us_and_nothing_of_the_bug(quiet_client: Client) -> None:
    response = quiet_client.get("/fail/bug/", {"lang": "en"})

    assert response.status_code == 500
    page = response.content.decode()
    assert response.headers["X-Request-ID"] in page
    assert '<html lang="en">' in page
    assert not any(word in page for word in INNER)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/problems/", "/healthz"])
def test_a_host_that_is_no_host_is_a_400_in_words(client: Client, address: str) -> None:
    response = client.get(address, headers={"host": 'x"y'})
    assert response.status_code == 400
    assert "<h1>" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/about/", "/problems/"])
def test_too_many_parameters_are_a_400(client: Client, address: str) -> None:
    assert client.get(address + "?" + "a=1&" * 1200).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/tiles/problems/5/22/10.mvt", "/tiles/problems.json", "/api/v1/problems/"]
)
def test_open_data_cannot_be_written_and_says_so(address: str) -> None:
    response = Client(enforce_csrf_checks=True).post(address)
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"


@pytest.mark.django_db
def test_a_form_of_another_site_is_refused_in_the_readers_language() -> None:
    response = Client(enforce_csrf_checks=True).post("/about/", headers={"accept-language": "ru"})
    assert response.status_code == 403
    assert "Вам нельзя открыть эту страницу" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/problems/5/22/10.mvt?foo=1", 400),
        ("/tiles/problems/5/99/0.mvt", 404),
        ("/api/v1/nope/", 404),
        ("/api/v1/problems/?limit=0", 400),
    ],
)
def test_errors_too_can_be_read_by_other_sites(client: Client, address: str, status: int) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (status, "*")


@pytest.mark.parametrize("address", ["/tiles/problems/5/22/10.mvt", "/api/docs/", "/api/v1/problems/"])
def test_a_browser_may_ask_first(client: Client, address: str) -> None:
    response = client.options(address)
    assert (response.status_code, response.headers["Access-Control-Allow-Headers"]) == (204, "*")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/tiles/problems/5/22/10.mvt", "/api/v1/problems/"])
def test_a_database_that_is_away_is_a_503_that_says_when_to_ask_again(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
    monkeypatch.setattr("tiles.asked.tile_bytes", away)
    response = client.get(address)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json()["code"] == "unavailable"


def test_a_page_is_compressed(client: Client) -> None:
    response = client.get("/api/docs/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
