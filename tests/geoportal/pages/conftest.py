"""Pages are asked for as a browser asks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    call_command("compile_translations", verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    caches["process"].clear()
    yield
    caches["process"].clear()


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """``get("/problems/", language="ru")``: the answer, with its text as ``.text``."""

    def ask(address: str, language: str = "en") -> Any:
        response = client.get(address, headers={"accept-language": language})
        response.text = response.content.decode()
        return response

    return ask
