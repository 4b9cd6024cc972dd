"""``/account/submissions/``"""

import pytest
from django.test import Client

from geoportal.pages.account import submissions
from tests.geoportal.accounts.people import person
from tests.ingest.signed import Checking, asked, citizen, handed_in

pytestmark = pytest.mark.usefixtures("world")
ADDRESS = "/account/submissions/"


def page(client: Client, address: str = ADDRESS) -> str:
    return client.get(address, headers={"accept-language": "en"}).content.decode()


def test_one_sees_ones_own_submissions_and_nobody_elses(client: Client) -> None:
    user = citizen()
    handed_in(asked(user))
    client.force_login(user)
    assert "Көшеде шұңқыр бар" in page(client)

    client.force_login(person("stranger@example.kz"))
    assert "Көшеде шұңқыр бар" not in page(client)
    assert "You have sent nothing yet." in page(client)


def test_what_is_still_being_checked_is_there_by_its_title(client: Client) -> None:
    user = citizen()
    handed_in(asked(user), check=Checking(is_down=True))
    client.force_login(user)
    assert "Көшеде шұңқыр бар" in page(client)
    assert "being checked" in page(client)


def test_a_demonstration_signature_is_marked(client: Client) -> None:
    user = citizen()
    handed_in(asked(user), check=Checking(is_demo=True))
    client.force_login(user)
    assert "Demonstration signature" in page(client)


def test_many_are_shown_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "ON_A_PAGE", 1)
    user = citizen()
    for _ in range(2):
        handed_in(asked(user))
    client.force_login(user)
    first, second = page(client), page(client, f"{ADDRESS}?page=2")
    assert "?page=2" in first
    assert "?page=1" in second
