"""Consents: the very words, their version, and when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from geoportal.accounts import consents
from geoportal.accounts.models import Consent, Purpose
from geoportal.log.models import Pending
from tests.geoportal.accounts.people import BEGINNING, person

pytestmark = pytest.mark.django_db
LATER = BEGINNING + timedelta(days=1)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_text_is_there_in_three_languages(purpose: Purpose, language: str) -> None:
    assert len(consents.text_of(purpose, language)) > 100


def test_a_consent_keeps_the_words_that_were_shown() -> None:
    user = person()
    given = consents.give(user=user, purpose=Purpose.PROCESSING, language="kk", at=BEGINNING)
    given.refresh_from_db()
    assert given.text == consents.text_of(Purpose.PROCESSING, "kk")
    assert (given.version, given.language, given.given_at) == ("1", "kk", BEGINNING)
    assert consents.in_force(user, Purpose.PROCESSING) == given


def test_a_name_is_public_only_while_its_consent_is_in_force() -> None:
    user = person(display_name="Айгүл")
    assert consents.public_name(user) == ""
    consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    assert consents.public_name(user) == "Айгүл"
    consents.withdraw(user=user, purpose=Purpose.PUBLIC_NAME, at=LATER)
    assert consents.public_name(user) == ""


def test_a_new_version_takes_the_place_of_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    user = person()
    first = consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    assert consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="ru", at=LATER) == first
    monkeypatch.setitem(consents.VERSIONS, Purpose.PUBLIC_NAME, "2")
    monkeypatch.setattr(consents, "text_of", lambda purpose, language: "new words")
    second = consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=LATER)
    assert (second.version, second.text) == ("2", "new words")
    assert [c.version for c in Consent.objects.filter(withdrawal=None)] == ["2"]


def test_giving_and_withdrawing_are_in_the_log() -> None:
    user = person()
    consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    consents.withdraw(user=user, purpose=Purpose.PUBLIC_NAME, at=LATER)
    consents.withdraw(user=user, purpose=Purpose.PUBLIC_NAME, at=LATER)
    assert list(Pending.objects.order_by("pk").values_list("event", flat=True)) == [
        "consent.given",
        "consent.withdrawn",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "update accounts_consent set text = 'I agree to all'",
        "delete from accounts_consentwithdrawal",
        "update accounts_consentwithdrawal set withdrawn_at = now()",
    ],
)
def test_the_database_lets_nobody_change_a_consent(statement: str) -> None:
    user = person()
    consents.give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    consents.withdraw(user=user, purpose=Purpose.PUBLIC_NAME, at=LATER)
    with pytest.raises(IntegrityError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_shows_the_text_takes_the_name_and_takes_it_back(client: Client) -> None:
    user = person()
    client.force_login(user)
    page = client.get("/account/consents/", headers={"accept-language": "ru"}).content.decode()
    assert "Я согласен(на), чтобы указанное здесь имя" in page
    address = "/account/consents/public_name/"

    assert client.post(f"{address}give/", {"display_name": " "}).status_code == 400
    assert not Consent.objects.exists()
    client.post(f"{address}give/", {"display_name": "Айгүл С."}, headers={"accept-language": "ru"})
    user.refresh_from_db()
    assert consents.public_name(user) == "Айгүл С."
    assert Consent.objects.get().language == "ru"

    client.post(f"{address}withdraw/")
    user.refresh_from_db()
    assert consents.public_name(user) == ""
    assert client.post("/account/consents/everything/give/").status_code == 404


def test_a_public_name_holds_nothing_that_cannot_be_seen(client: Client) -> None:
    """A sign that turns the direction of writing would rewrite what stands beside the name."""
    user = person()
    client.force_login(user)
    give = "/account/consents/public_name/give/"
    assert client.post(give, {"display_name": "Айгүл \u202emikA"}).status_code == 400
    assert client.post(give, {"display_name": "\u200b\u200b"}).status_code == 400
    assert client.post(give, {"display_name": "Айгүл\u00a0  Серікқызы"}).status_code == 302
    user.refresh_from_db()
    assert user.display_name == "Айгүл Серікқызы"
