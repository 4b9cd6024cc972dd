"""Signing in by a link in a mail."""

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from geoportal.accounts.links import LinkRefused, ask_for_link, forget_old_links, new_token, use_link
from geoportal.accounts.models import Session, SignInLink, User
from geoportal.logs import JsonLines, TextLines
from geoportal.pages.account.adapters import hashed_network
from tests.geoportal.accounts.mailbox import Mailbox
from tests.geoportal.accounts.people import person
from tests.geoportal.accounts.staff import PASSWORD

AIGUL = "aigul@example.kz"


def ask(client: Client, email: str = AIGUL, **more: str) -> Any:
    return client.post("/account/login/", {"email": email, **more})


def test_a_citizen_signs_in_by_the_link_and_its_button(client: Client, mailbox: Mailbox) -> None:
    asked = client.post("/account/login/", {"email": "Aigul@Example.kz ", "next": "/problems/"})
    assert asked["Location"] == "/account/link/sent/"
    link = mailbox.link()

    assert AIGUL in client.get(link).content.decode()
    pressed = client.post(link)

    assert pressed["Location"] == "/problems/"
    assert AIGUL in client.get("/account/").content.decode()
    user = User.objects.get()
    assert (user.email, user.language) == (AIGUL, "kk")
    assert user.sessions.get().method == "link"


def test_opening_the_link_as_a_mail_scanner_does_uses_nothing_up(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    link = mailbox.link()
    for _ in range(3):
        Client().get(link)
        Client().head(link)
    assert Client().post(link)["Location"] == "/account/"


def test_a_link_is_used_once(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    link = mailbox.link()
    Client().post(link)
    again = Client().post(link)
    assert again.status_code == 410
    assert Session.objects.filter(user__email=AIGUL).count() == 1
    assert Client().get(link).status_code == 410


@pytest.mark.django_db
def test_a_link_is_of_no_use_after_twenty_minutes() -> None:
    now = timezone.now()
    token = new_token(ask_for_link(email=AIGUL, language="kk", next="", at=now))
    with pytest.raises(LinkRefused):
        use_link(token=token, at=now + timedelta(minutes=20))
    assert use_link(token=token, at=now + timedelta(minutes=19, seconds=59))[0].email == AIGUL


def test_a_made_up_link_is_refused(client: Client, db: None) -> None:
    assert client.get("/account/link/abcdefgh/").status_code == 410
    assert client.post("/account/link/abcdefgh/").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_signs_in() -> None:
    now = timezone.now()
    token = new_token(ask_for_link(email=AIGUL, language="kk", next="", at=now))
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            use_link(token=token, at=now)
            outcomes.append("in")
        except LinkRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]


def test_nobody_learns_whether_an_address_is_known(client: Client, mailbox: Mailbox) -> None:
    person(AIGUL)
    known, unknown = ask(client), ask(client, "nobody@example.kz")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [body.count("/account/link/") for body in mailbox.deliver()] == [1, 1]


def test_staff_gets_no_link_that_passes_by_the_second_factor(
    client: Client, mailbox: Mailbox, quick_passwords: None
) -> None:
    user = person(AIGUL, password=PASSWORD)
    ask(client)
    (body,) = mailbox.deliver()
    assert "/account/staff/" in body
    assert "/account/link/" not in body
    token = new_token(SignInLink.objects.get())
    assert client.post(f"/account/link/{token}/").status_code == 410
    assert not user.sessions.exists()


def test_a_second_mail_makes_the_link_of_the_first_useless(client: Client, mailbox: Mailbox) -> None:
    """The job that mails may run again after a crash."""
    ask(client)
    first = mailbox.link()
    mailbox.done.clear()
    second = mailbox.link()
    assert first != second
    assert client.post(first).status_code == 410
    assert client.post(second).status_code == 302


def test_the_database_holds_no_link(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    token = mailbox.link().split("/")[-2]
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(string_agg(j::text, ''), '') from procrastinate_jobs j")
        jobs = cursor.fetchone()[0]
        cursor.execute("select string_agg(l::text, '') from accounts_signinlink l")
        links = cursor.fetchone()[0]
    assert token not in jobs + links
    assert AIGUL not in jobs


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_a_link_leads_nowhere_else(client: Client, mailbox: Mailbox, elsewhere: str) -> None:
    ask(client, next=elsewhere)
    assert client.post(mailbox.link())["Location"] == "/account/"


def test_links_to_one_address_are_limited(client: Client, mailbox: Mailbox) -> None:
    answers = [ask(client) for _ in range(4)]
    assert [a.status_code for a in answers] == [302, 302, 302, 400]
    assert len(mailbox.deliver()) == 3


def test_links_asked_for_from_one_network_are_limited(client: Client, mailbox: Mailbox) -> None:
    codes = [ask(client, f"p{number}@example.kz").status_code for number in range(21)]
    assert codes == [302] * 20 + [400]


def test_no_network_address_is_kept(client: Client, mailbox: Mailbox) -> None:
    client.post("/account/login/", {"email": AIGUL}, REMOTE_ADDR="203.0.113.9")
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(c::text, '') from shared_cache c")
        kept = cursor.fetchone()[0]
    assert "rl:allauth.account:sign_in_link" in kept
    assert "203.0.113.9" not in kept
    assert AIGUL not in kept


def test_an_address_that_is_none_is_named(client: Client, db: None) -> None:
    answer = client.post("/account/login/", {"email": "not an address"}, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "This is not an e-mail address." in answer.content.decode()


def test_the_session_key_changes_with_signing_in(client: Client, mailbox: Mailbox) -> None:
    """Else whoever planted a key before would be signed in too (session fixation)."""
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    ask(client)
    client.post(mailbox.link())
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_signing_in_writes_neither_address_nor_token_into_the_log(
    client: Client, mailbox: Mailbox, caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    caplog.set_level(logging.DEBUG)
    ask(client)
    link = mailbox.link()
    client.get(link)
    client.post(link)
    client.get("/account/")
    ours = [
        record for record in caplog.records if not record.name.startswith(("django.db", "django.template"))
    ]
    text = "\n".join(JsonLines().format(record) + TextLines().format(record) for record in ours)
    assert "account/link/<token>/" in text
    assert AIGUL not in text
    assert link.split("/")[-2] not in text


@pytest.mark.django_db
def test_old_links_are_forgotten() -> None:
    now = timezone.now()
    ask_for_link(email=AIGUL, language="kk", next="", at=now - timedelta(days=2))
    ask_for_link(email=AIGUL, language="kk", next="", at=now)
    assert forget_old_links(at=now) == 1
    assert SignInLink.objects.count() == 1


@pytest.mark.django_db
def test_who_left_does_not_come_back_by_an_old_link() -> None:
    now = timezone.now()
    user = person(AIGUL)
    user.is_active = False
    user.save()
    token = new_token(ask_for_link(email=AIGUL, language="kk", next="", at=now))
    with pytest.raises(LinkRefused):
        use_link(token=token, at=now)


def test_addresses_of_ipv4_are_counted_apart_also_where_a_socket_for_both_shows_them() -> None:
    assert hashed_network("::ffff:192.0.2.1") == hashed_network("192.0.2.1")
    assert hashed_network("::ffff:192.0.2.1") != hashed_network("::ffff:192.0.2.2")
    assert hashed_network("2001:db8::1") == hashed_network("2001:db8::2")
    assert hashed_network("fe80::1%eth0") == hashed_network("fe80::2%eth1")
