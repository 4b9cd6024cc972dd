"""The API is asked as a program asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    call_command("compile_translations", verbosity=0)


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    """``ask("/api/v1/problems/?limit=1", language="ru")``: the answer, with its JSON as ``.body``."""

    def get(address: str, *, language: str = "en", **headers: str) -> Any:
        given = {"accept": "application/json", "accept-language": language, **headers}
        response: Any = client.get(address, headers=given)
        response.body = json.loads(response.content) if response.content else None
        return response

    return get
