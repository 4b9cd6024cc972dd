"""A person leaves, and nothing says who they were."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone

from geoportal.accounts.consents import give
from geoportal.accounts.grants import grant
from geoportal.accounts.identity import iin_hash, person_of
from geoportal.accounts.invitations import invite
from geoportal.accounts.leaving import leave
from geoportal.accounts.links import ask_for_link
from geoportal.accounts.models import Purpose, Role, User
from ingest.models import Submission
from tests.geoportal.accounts.people import BEGINNING, IIN, person
from tests.geoportal.accounts.staff import staff_in_browser
from tests.ingest.signed import asked, citizen, handed_in

pytestmark = pytest.mark.usefixtures("world", "quick_passwords")
EMAIL, NAME = "to-be-forgotten@example.kz", "Ұмытылған Адам"
LATER = BEGINNING + timedelta(days=1)


def everything() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(
                f"select coalesce(string_agg(t::text, ''), '') from {connection.ops.quote_name(table)} t"
            )
            texts.append(cursor.fetchone()[0])
    return "".join(texts)


def test_no_table_holds_what_says_who_it_was() -> None:
    user = person(EMAIL, display_name=NAME, iin_hash=iin_hash(IIN))
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="totp", data={})
    ask_for_link(email=EMAIL, language="kk", next="", at=BEGINNING)
    invite(email=EMAIL, name=NAME, roles=[], language="kk", at=BEGINNING, by=None)
    give(user=user, purpose=Purpose.PUBLIC_NAME, language="kk", at=BEGINNING)
    held = grant(user=user, role=Role.EXPERT, at=BEGINNING, by=None)
    before = everything()
    assert all(word in before for word in (EMAIL, NAME, iin_hash(IIN).hex()))

    leave(user=user, at=LATER)

    after = everything()
    assert not any(word in after for word in (EMAIL, NAME, iin_hash(IIN).hex()))
    user.refresh_from_db()
    held.refresh_from_db()
    assert (user.left_at, user.is_active, held.valid_to) == (LATER, False, LATER)
    assert user.consents.get().withdrawal.withdrawn_at == LATER
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_who_comes_back_is_a_new_person() -> None:
    first = person_of(iin=IIN, at=BEGINNING)
    leave(user=first, at=LATER)
    assert person_of(iin=IIN, at=LATER) != first


def test_the_page_says_what_goes_asks_once_more_and_signs_out_everywhere(client: Client) -> None:
    user = person(EMAIL)
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(user)
    page = client.get("/account/leave/", headers={"accept-language": "en"}).content.decode()
    assert "What goes" in page
    assert "What stays" in page

    assert client.post("/account/leave/").status_code == 400
    assert User.objects.get().left_at is None

    assert client.post("/account/leave/", {"confirmed": "yes"})["Location"] == "/account/left/"
    assert client.get("/account/left/").status_code == 200
    assert User.objects.get().left_at is not None
    for browser in (client, elsewhere):
        assert browser.get("/account/")["Location"].startswith("/account/login/")


def test_what_was_signed_goes_with_the_person_in_one_transaction(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = citizen()
    handed_in(asked(user))
    client.force_login(user)
    client.raise_request_exception = False

    monkeypatch.setattr("geoportal.pages.account.leave.leave", fails)
    assert client.post("/account/leave/", {"confirmed": "yes"}).status_code == 500
    assert Submission.objects.get().content is not None

    monkeypatch.undo()
    client.post("/account/leave/", {"confirmed": "yes"})
    submission = Submission.objects.get()
    assert (submission.content, submission.user, submission.signature.cms) == (None, None, None)
    assert User.objects.get(pk=user.pk).left_at is not None


def fails(**kwargs: object) -> None:
    raise RuntimeError("the machine stops here")


def test_staff_can_leave_too(client: Client) -> None:
    user = staff_in_browser(client, Role.OFFICER)
    client.post("/account/leave/", {"confirmed": "yes"})
    user.refresh_from_db()
    assert user.left_at is not None
    assert not user.grants.not_over(timezone.now()).exists()
    assert not user.has_usable_password()
