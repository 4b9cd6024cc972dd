from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from geoportal.accounts.models import User
from tests.geoportal.accounts.mailbox import Mailbox


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    call_command("compile_translations", verbosity=0)


@pytest.fixture(autouse=True)
def _no_attempts_yet(request: pytest.FixtureRequest) -> None:
    """Other tests' attempts came from the same address as this one's."""
    if {"db", "world", "client", "mailbox"} & set(request.fixturenames):
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return Mailbox()


@pytest.fixture
def quick_passwords(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """A citizen's browser; staff needs a second factor (tests/geoportal/accounts/staff.py)."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in
