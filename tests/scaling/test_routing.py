"""The rules of geoportal/lib/replicas.py and of its watch, on standings that are written down."""

import json
import os
import subprocess
import sys
import time
from collections import deque

import pytest
from django.conf import LazySettings
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connections
from django.http import HttpResponse

from geoportal.lib import replicas
from geoportal.lib.replica_watch import lag
from geoportal.lib.replicas import PRIMARY, Replicas, Standing
from geoportal.own_writes import ReadYourOwnWrites
from geoportal.readiness import answers
from layers.models import Category


def standing(*, reason: str = "", seen_s_ago: float = 0.0) -> Standing:
    return Standing(reason=reason, looked_at=time.monotonic() - seen_s_ago)


def test_without_replicas_nothing_is_different(settings: LazySettings) -> None:
    assert (settings.REPLICAS, settings.DATABASE_ROUTERS, list(settings.DATABASES)) == ({}, [], ["default"])
    with pytest.raises(MiddlewareNotUsed):
        ReadYourOwnWrites(lambda request: HttpResponse())
    assert replicas.reading() is connections[PRIMARY]


@pytest.mark.django_db
def test_without_replicas_readiness_does_not_name_them() -> None:
    assert "replicas" not in answers()


def test_readers_take_replicas_in_turn() -> None:
    known = Replicas({"one": standing(), "two": standing(), "dead": standing(reason="cannot be reached")})
    assert [known.used() for _ in range(3)] == [["one", "two"], ["two", "one"], ["one", "two"]]


def test_one_that_failed_rests_and_one_that_nobody_looks_at_is_not_used() -> None:
    known = Replicas({"failed": standing(), "unseen": standing(seen_s_ago=60), "new": Standing()})
    known.leave_out("failed", OperationalError())
    assert known.used() == []

    known.standings["failed"].out_until = time.monotonic()
    assert known.used() == ["failed"]


def test_outside_of_a_request_everything_is_read_from_the_primary() -> None:
    assert replicas.Router().db_for_read(Category) == PRIMARY


def test_lag_is_counted_from_what_the_primary_had_written() -> None:
    written = deque([(10.0, 100), (11.0, 200), (12.0, 200), (13.0, 300)])
    # All there; all but what came after second 12; all of second 10 only; less than anybody remembers.
    assert [lag(written, replayed) for replayed in (300, 299, 150, 99)] == [0.0, 1.0, 3.0, None]


def test_a_primary_that_rests_leaves_no_replica_behind() -> None:
    assert lag(deque([(float(second), 100) for second in range(60)]), 100) == 0.0


def test_without_a_primary_a_replica_is_as_good_as_it_was() -> None:
    assert lag(deque([(10.0, 100)]), 100) == 0.0
    assert lag(deque(), 100) is None


DATABASE_OF = """
import importlib, json, sys, django
importlib.import_module(sys.argv[1])
django.setup()
from django.conf import settings
found = settings.DATABASES["default"]
print(json.dumps([found["PORT"], "options" in found["OPTIONS"], found.get("DISABLE_SERVER_SIDE_CURSORS")]))
"""


@pytest.mark.parametrize(
    ("module", "expected"),
    [("geoportal.wsgi", ["6432", False, True]), ("geoportal.cli", ["5432", True, None])],
)
def test_web_processes_alone_go_through_the_pooler(module: str, expected: list[object]) -> None:
    given = {
        "DJANGO_SETTINGS_MODULE": "geoportal.settings",
        "DATABASE_URL": "postgresql://direct:5432/map",
        "DATABASE_POOLER_URL": "postgresql://pooler:6432/map",
    }
    done = subprocess.run(
        [sys.executable, "-c", DATABASE_OF, module],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected
