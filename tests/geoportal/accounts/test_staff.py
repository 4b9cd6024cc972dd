"""E-mail, password and a one-time code."""

import json
import logging
import re
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core import mail
from django.core.mail.backends import locmem
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal.accounts.invitations import renew
from geoportal.accounts.links import ask_for_link, new_token
from geoportal.accounts.models import Role
from geoportal.accounts.tasks import mail_password_reset
from geoportal.logs import JsonLines, TextLines
from tests.geoportal.accounts.mailbox import Mailbox
from tests.geoportal.accounts.people import person, person_with
from tests.geoportal.accounts.staff import (
    PASSWORD,
    code_for,
    give_password,
    set_up_second_factor,
    staff_in_browser,
    staff_with_password,
)

pytestmark = pytest.mark.usefixtures("world", "quick_passwords")
SET_UP = "/account/second-factor/activate/"


def test_a_password_alone_leads_to_the_set_up_of_the_second_factor_and_nowhere_else(client: Client) -> None:
    user = staff_with_password(Role.ADMINISTRATOR)
    assert give_password(client, user)["Location"] == "/account/"
    for address in ("/account/", "/account/people/", "/account/consents/", "/account/leave/"):
        assert client.get(address)["Location"] == SET_UP
    assert client.post("/account/people/invite/")["Location"] == SET_UP
    set_up_second_factor(client)
    assert client.get("/account/people/").status_code == 200


def test_the_set_up_shows_recovery_codes_each_good_for_one_sign_in(client: Client) -> None:
    user = staff_in_browser(client, Role.OFFICER)
    page = client.get("/account/second-factor/codes/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(codes) == 10

    def sign_in(code: str) -> int:
        browser = Client()
        assert give_password(browser, user)["Location"] == "/account/staff/code/"
        browser.post("/account/staff/code/", {"code": code})
        return browser.get("/account/").status_code

    assert [sign_in(codes[0]), sign_in(codes[0]), sign_in(codes[1])] == [200, 302, 200]


def test_a_code_is_asked_for_at_each_sign_in_and_works_once(client: Client) -> None:
    user = staff_with_password(Role.MODERATOR)
    give_password(client, user)
    secret = set_up_second_factor(client)
    code = code_for(secret, steps=1)

    first, second = Client(), Client()
    assert give_password(first, user)["Location"] == "/account/staff/code/"
    assert first.get("/account/")["Location"].startswith("/account/login/")
    assert first.post("/account/staff/code/", {"code": code})["Location"] == "/account/"
    assert first.get("/account/").status_code == 200
    assert user.sessions.filter(method="password").count() == 2

    give_password(second, user)
    assert second.post("/account/staff/code/", {"code": code}).status_code == 200
    assert second.get("/account/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client) -> None:
    user = staff_with_password(Role.EXPERT)
    wrong = give_password(client, user, "wrong password 12345")
    unknown = client.post("/account/staff/", {"login": "nobody@example.kz", "password": PASSWORD})
    strip = re.compile(r'value="[^"]*"|nonce="[^"]*"|name="csrfmiddlewaretoken"')
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())


def test_guessing_passwords_is_limited_even_for_the_right_one(client: Client) -> None:
    user = staff_with_password(Role.EXPERT)
    for _ in range(5):
        give_password(client, user, "wrong password 12345")
    answer = client.post(
        "/account/staff/", {"login": user.email, "password": PASSWORD}, headers={"accept-language": "en"}
    )
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_guessing_codes_is_limited(client: Client) -> None:
    user = staff_with_password(Role.EXPERT)
    give_password(client, user)
    secret = set_up_second_factor(client)
    guesser = Client()
    give_password(guesser, user)
    for _ in range(6):
        guesser.post("/account/staff/code/", {"code": "000000"})
    guesser.post("/account/staff/code/", {"code": code_for(secret, steps=1)})
    assert guesser.get("/account/").status_code == 302


def test_nobody_signs_up_as_staff(client: Client) -> None:
    for address in ("/account/signup/", "/account/staff/signup/", "/accounts/signup/"):
        assert client.get(address).status_code == 404


def test_the_key_of_the_second_factor_is_not_readable_in_the_database(client: Client) -> None:
    user = staff_with_password(Role.PLANNER)
    give_password(client, user)
    secret = set_up_second_factor(client)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert "gAAAA" in kept  # Fernet's version byte and time


def test_another_phone_is_connected_before_anything_else(client: Client) -> None:
    staff_in_browser(client, Role.ADMINISTRATOR)
    answer = client.post("/account/second-factor/deactivate/")
    assert answer.status_code == 302
    assert client.get("/account/people/")["Location"] == SET_UP
    set_up_second_factor(client)
    assert client.get("/account/people/").status_code == 200


def test_a_forgotten_password_is_set_anew_and_the_second_factor_stays(
    client: Client, mailbox: Mailbox
) -> None:
    user = staff_in_browser(client, Role.MONITOR)
    mailbox.deliver()
    browser = Client()
    assert browser.post("/account/password/reset/", {"email": user.email})["Location"].endswith("/sent/")
    link = mailbox.link()
    form = browser.get(link)["Location"]
    refused = browser.post(form, {"password1": "short"}, headers={"accept-language": "en"})
    assert "at least 12 characters" in refused.content.decode()
    assert browser.post(form, {"password1": "another long pass phrase"}).status_code == 302

    assert client.get("/account/").status_code == 302  # signed out by the change
    assert give_password(Client(), user, "another long pass phrase")["Location"] == "/account/staff/code/"
    assert "password1" not in browser.get(link).content.decode()


def test_a_citizen_gets_no_password_by_asking_for_a_new_one(client: Client, mailbox: Mailbox) -> None:
    user = person()
    client.post("/account/password/reset/", {"email": user.email})
    client.post("/account/password/reset/", {"email": "nobody@example.kz"})
    assert mailbox.deliver() == []


def test_the_time_of_an_answer_does_not_tell_who_is_one_of_staff(client: Client) -> None:
    """Nobody waits for the mail server: an address of staff makes the same one job as a stranger's."""
    user = staff_with_password(Role.MONITOR)
    for email in (user.email, "nobody@example.kz"):
        client.post("/account/password/reset/", {"email": email})
    jobs = ProcrastinateJob.objects.filter(task_name=mail_password_reset.name).order_by("id")
    assert [job.args for job in jobs] == [{"user_id": user.pk}, {"user_id": 0}]
    assert mail.outbox == []


def test_a_mailed_link_leads_to_the_portal_whatever_host_the_browser_named(
    client: Client, mailbox: Mailbox, settings: LazySettings
) -> None:
    user = staff_with_password(Role.MONITOR)
    client.post("/account/password/reset/", {"email": user.email}, headers={"host": "evil.example"})
    (body,) = mailbox.deliver()
    assert f"{settings.PORTAL_ORIGIN}/account/password/reset/" in body
    assert "evil.example" not in body


def test_a_mail_server_that_is_away_keeps_nobody_from_a_new_password(
    client: Client, mailbox: Mailbox
) -> None:
    staff_in_browser(client, Role.OFFICER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locmem.EmailBackend, "send_messages", _refuse)
        form = {"oldpassword": PASSWORD, "password1": "another long pass phrase"}
        assert client.post("/account/password/", form).status_code == 302
    assert len(mailbox.deliver()) == 1, "told once the mail server is back"


def _refuse(*_: object) -> None:
    raise ConnectionRefusedError


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 12 characters"),
        ("123456789012345", "digits alone"),
        ("officer@example", "too much like"),
        ("q1w2e3r4t5y6", "would be guessed soon"),
    ],
)
def test_a_bad_password_is_told_why(client: Client, password: str, reason: str) -> None:
    staff_in_browser(client, Role.OFFICER)
    form = {"oldpassword": PASSWORD, "password1": password}
    answer = client.post("/account/password/", form, headers={"accept-language": "en"})
    assert reason in answer.content.decode()


def test_a_changed_password_signs_out_elsewhere_and_not_here(client: Client) -> None:
    user = staff_with_password(Role.OFFICER)
    elsewhere = Client()
    give_password(elsewhere, user)
    give_password(client, user)
    set_up_second_factor(client)
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "another long pass phrase"})
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/")["Location"].startswith("/account/login/")


def test_a_session_by_other_means_does_not_open_what_needs_a_role(client: Client) -> None:
    """A mailed link or EDS is no second factor, whoever the person is."""
    client.force_login(person_with(Role.ADMINISTRATOR))
    assert client.get("/account/people/")["Location"] == SET_UP


def test_signing_in_writes_neither_address_nor_password_nor_code_into_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = staff_with_password(Role.OFFICER)
    give_password(client, user, "wrong password 12345")
    give_password(client, user)
    secret = set_up_second_factor(client)
    # Django logs statements and templates at DEBUG alone, which no portal does.
    silent = ("django.db", "django.template")
    ours = [record for record in caplog.records if not record.name.startswith(silent)]
    text = "\n".join(JsonLines().format(record) + TextLines().format(record) for record in ours)
    assert "account/staff/" in text
    assert not any(word in text for word in (str(user.email), PASSWORD, "wrong password", secret))


def test_a_debug_page_shows_no_pepper(settings: LazySettings) -> None:
    settings.IIN_PEPPER = "hot" * 11  # the page quotes these lines too
    try:
        raise RuntimeError("something")
    except RuntimeError:
        page = ExceptionReporter(None, *sys.exc_info()).get_traceback_html()
    assert "IIN_PEPPER" in page
    assert settings.IIN_PEPPER not in page


def test_while_the_sign_in_is_renewed_no_link_for_citizens_lets_staff_in(
    client: Client, mailbox: Mailbox
) -> None:
    user = staff_with_password(Role.OFFICER)
    now = timezone.now()
    renew(user=user, at=now, by=None)
    link = ask_for_link(email=str(user.email), language="kk", next="", at=now)
    assert client.post(f"/account/link/{new_token(link)}/").status_code == 410
    client.post("/account/login/", {"email": user.email})
    assert "/account/link/" not in mailbox.deliver()[-1]


def test_a_session_without_the_code_is_asked_for_it_and_not_sent_in_a_circle(client: Client) -> None:
    user = staff_with_password(Role.OFFICER)
    give_password(client, user)
    secret = set_up_second_factor(client)
    elsewhere = Client()
    elsewhere.force_login(user)
    page = elsewhere.get("/account/", follow=True)
    assert page.redirect_chain == [("/account/staff/code/again/", 302)]
    elsewhere.post("/account/staff/code/again/", {"code": code_for(secret, steps=1)})
    assert elsewhere.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\\\evil.example/", "javascript:x"]
)
def test_the_sign_in_of_staff_leads_to_no_other_host(client: Client, away: str) -> None:
    form = {"login": staff_with_password(Role.OFFICER).email, "password": PASSWORD, "next": away}
    assert client.post("/account/staff/", form)["Location"] == "/account/"
