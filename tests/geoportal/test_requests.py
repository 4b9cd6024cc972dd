import json
import logging
import sys

import pytest
from django.test import Client

from geoportal.lib.env import SettingError
from geoportal.logs import ErrorsByRoute, JsonLines, TextLines, logging_settings

pytestmark = pytest.mark.urls("tests.geoportal.failing_urls")

PERSONAL = ("840101300123", "Абай", "203.0.113.9", "Mozilla")


@pytest.fixture
def quiet_client() -> Client:
    return Client(raise_request_exception=False)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_one_line_a_request_says_what_and_how_long(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "geoportal.requests")

    client.get("/page/", headers={"X-Request-ID": "abcdef-123456"})

    (line,) = lines(caplog)
    assert line.pop("at") is not None
    assert isinstance(line.pop("ms"), float)
    assert line == {
        "level": "info",
        "logger": "geoportal.requests",
        "message": "request",
        "request_id": "abcdef-123456",
        "method": "GET",
        "route": "page/",
        "status": 200,
        "bytes": len("<script nonce='0123456789012345678901'></script>"),
    }


def test_no_line_holds_an_address_a_search_or_a_browser(
    quiet_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = {"iin": "840101300123", "q": "Абай"}
    about = {"User-Agent": "Mozilla/5.0", "X-Forwarded-For": "203.0.113.9"}

    for address in ("/page/", "/api/v1/fail/missing/", "/no/840101300123/", "/metrics", "/readyz"):
        quiet_client.get(address, told, headers=about, REMOTE_ADDR="203.0.113.9")

    ours = [record for record in caplog.records if record.name == "geoportal.requests"]
    assert len(ours) == 5
    text = "\n".join(JsonLines().format(record) + TextLines().format(record) for record in ours)
    assert not any(word in text for word in PERSONAL)


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_an_error_keeps_its_stack_and_loses_the_row_that_the_database_quotes(
    quiet_client: Client, caplog: pytest.LogCaptureFixture, formatter: logging.Formatter
) -> None:
    assert quiet_client.get("/api/v1/row/").status_code == 500

    (record,) = [r for r in caplog.records if r.name == "django.request" and ErrorsByRoute().filter(r)]
    text = formatter.format(record)
    assert "unhandled error: api/v1/row/" in text
    assert "in quote_a_row" in text
    assert "UniqueViolation" in text
    assert "IntegrityError: duplicate key value violates unique constraint" in text
    assert "840101300123" not in text


def test_an_error_has_the_request_id_that_the_reader_was_told(
    quiet_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = quiet_client.get("/api/v1/fail/bug/")

    (record,) = [r for r in caplog.records if r.name == "django.request"]
    assert json.loads(JsonLines().format(record))["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 123", 'quote"12345678', "ы" * 10, ""])
def test_an_id_that_could_be_an_attack_is_replaced(client: Client, given: str) -> None:
    answered = client.get("/page/", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert answered != given
    assert len(answered) == 32


def test_two_requests_have_two_ids(client: Client) -> None:
    assert client.get("/page/")["X-Request-ID"] != client.get("/page/")["X-Request-ID"]


def test_a_good_probe_is_not_worth_a_line_and_a_bad_one_is(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "geoportal.requests")

    client.get("/healthz")
    client.get("/metrics", REMOTE_ADDR="203.0.113.9")

    assert [line["route"] for line in lines(caplog)] == ["metrics"]


def test_the_format_is_by_setting_and_else_by_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(format: str) -> object:
        return logging_settings(format=format, level="info")["handlers"]["stderr"]["formatter"]

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert (chosen(""), chosen("json")) == ("text", "json")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert (chosen(""), chosen("text")) == ("json", "text")


@pytest.mark.parametrize(("format", "level", "name"), [("xml", "INFO", "FORMAT"), ("json", "loud", "LEVEL")])
def test_a_wrong_log_setting_is_named(format: str, level: str, name: str) -> None:
    with pytest.raises(SettingError, match=f"LOG_{name}"):
        logging_settings(format=format, level=level)
