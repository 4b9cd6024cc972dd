"""The API is asked as a program asks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from layers.snapshot import process
from layers.snapshot.build import build
from layers.snapshot.live import Snapshot
from layers.snapshot.state import State
from tests.layers.snapshot.conftest import own_connection


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    call_command("compile_translations", verbosity=0)


@pytest.fixture
def by_snapshot(world: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the test asks, a snapshot answers that has just been brought up to date."""
    snapshot = Snapshot(tmp_path, own_connection)
    build(own_connection(), tmp_path)

    def current() -> State | None:
        snapshot.refresh()
        return snapshot.state

    monkeypatch.setattr(process, "current", current)


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    """``ask("/api/v1/problems/?limit=1", language="ru")``: the answer, with its JSON as ``.body``."""

    def get(address: str, *, language: str = "en", **headers: str) -> Any:
        given = {"accept": "application/json", "accept-language": language, **headers}
        response: Any = client.get(address, headers=given)
        response.body = json.loads(response.content) if response.content else None
        return response

    return get
