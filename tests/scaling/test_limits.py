"""How long a statement may run, by its address; against real statements that take longer."""

import json

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from psycopg import sql

from geoportal.time_limits import Limit, StatementLimits

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.scaling.urls")]
SHORT = {"/tiles/": 100, "/problems/": 100}


@pytest.fixture(autouse=True)
def _probe(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create temporary table probe (id integer)")


@pytest.mark.parametrize(
    ("path", "limit_ms"),
    [
        ("/tiles/problems/5/22/10.mvt", 2_000),
        ("/api/v1/problems/", 5_000),
        ("/problems/", 5_000),
        ("/needs/7/", 5_000),
        ("/initiatives/", 5_000),
        ("/", 10_000),
        ("/about/", 10_000),
    ],
)
def test_a_tile_may_take_less_than_a_list_and_a_list_less_than_the_rest(path: str, limit_ms: int) -> None:
    assert limit_at(path) == limit_ms


def test_no_address_may_take_longer_than_the_setting_for_all(settings: LazySettings) -> None:
    settings.STATEMENT_TIMEOUT_MS = 3_000
    assert [limit_at(path) for path in ("/tiles/x", "/api/x", "/")] == [2_000, 3_000, 3_000]


def limit_at(path: str) -> int:
    prefix = StatementLimits(lambda request: HttpResponse()).limit_of(path).prefix
    return int(prefix.rstrip(";\n").rsplit(" ", 1)[1])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "Бұған қазір тым көп уақыт кетеді"),
        ("ru", "Сейчас это занимает слишком много времени"),
        ("en", "This takes too long right now"),
    ],
)
def test_a_slow_statement_is_a_503_in_the_readers_language(
    client: Client, settings: LazySettings, language: str, words: str
) -> None:
    settings.STATEMENT_LIMITS_MS = SHORT
    response = client.get("/tiles/slow/", headers={"accept-language": language})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    body = json.loads(response.content)
    assert body["code"] == "too_slow"
    assert body["detail"].startswith(words)


def test_people_get_a_page_that_says_so(client: Client, settings: LazySettings) -> None:
    settings.STATEMENT_LIMITS_MS = SHORT
    response = client.get("/problems/slow/", {"lang": "en"})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "This takes too long right now" in response.content.decode()


def test_what_takes_less_than_its_limit_is_answered(client: Client, settings: LazySettings) -> None:
    settings.STATEMENT_LIMITS_MS = SHORT
    assert client.get("/tiles/slow/", {"seconds": "0.01"}).json() == {"count": 0, "by_replica": False}


def test_a_limit_is_for_one_statement_and_not_for_all_together() -> None:
    """Three of 200 ms are longer than the limit together; the clock starts anew for each."""
    with connection.execute_wrapper(Limit(500)), connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("select pg_sleep(0.2), 7")
            assert cursor.fetchone()[1] == 7


@pytest.mark.parametrize("statement", ["select %s + 1", sql.SQL("select {} + 1").format(sql.Placeholder())])
def test_a_limited_statement_answers_as_it_would_without(statement: str | sql.Composed) -> None:
    with connection.execute_wrapper(Limit(1_000)), connection.cursor() as cursor:
        cursor.execute(statement, [41])
        assert (cursor.fetchall(), cursor.rowcount) == ([(42,)], 1)
        cursor.execute("insert into probe values (1), (2)")
        assert cursor.rowcount == 2
        cursor.executemany("insert into probe values (%s)", [(3,), (4,)])
        with connection.chunked_cursor() as chunks:
            chunks.execute("select id from probe order by id")
            assert chunks.fetchall() == [(1,), (2,), (3,), (4,)]


def test_a_statement_that_failed_leaves_the_way_back_to_its_savepoint() -> None:
    """A failed transaction takes no other statement: the limit must not travel in front of that one."""
    with connection.cursor() as cursor, connection.execute_wrapper(Limit(1_000)):
        cursor.execute("alter table probe add check (id > 0)")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("insert into probe values (-1)")
        cursor.execute("select count(*) from probe")
        assert cursor.fetchone() == (0,)
