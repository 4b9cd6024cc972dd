"""A citizen in front of the page, and people of the demonstration who sign."""

import pytest
from django.conf import LazySettings
from django.test import Client

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import User
from ingest.demo_authority import demo_people
from ingest.models import SigningRequest
from layers.categories import load_categories
from tests.ingest.signed import asked

OWNER, STRANGER = "asqar", "anna"
IIN = {person.key: person.iin for person in demo_people()}


@pytest.fixture
def user(world: None) -> User:
    load_categories()
    return User.objects.create(iin_hash=iin_hash(IIN[OWNER]), language="kk")


@pytest.fixture
def citizen(client: Client, user: User) -> Client:
    """Their browser, signed in, in English."""
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def signing_request(user: User) -> SigningRequest:
    return asked(user)


@pytest.fixture
def egov(settings: LazySettings) -> None:
    settings.EGOV_MOBILE = True
    settings.EGOV_MOBILE_NAME_KK = "Абай облысының әкімдігі"
    settings.EGOV_MOBILE_NAME_RU = "Акимат области Абай"
    settings.EGOV_MOBILE_NAME_EN = "Akimat of Abai oblast"
    settings.EGOV_MOBILE_BIN = "900140000017"
