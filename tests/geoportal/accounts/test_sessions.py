"""Sessions know whose they are; pages do not mix people up."""

import pytest
from django.test import Client

from geoportal.accounts.models import Session
from geoportal.accounts.tasks import forget_what_ran_out
from geoportal.pages.account.sessions import browser_name
from tests.geoportal.accounts.people import person

pytestmark = pytest.mark.django_db
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS, "Chrome, Windows"),
        (WINDOWS + " Edg/140.0.0.0", "Edge, Windows"),
        (WINDOWS + " OPR/120.0", "Opera, Windows"),
        (IPHONE, "Safari, iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name


def test_one_ends_all_other_sessions_and_no_one_elses(client: Client) -> None:
    user, stranger = person(), person("stranger@example.kz")
    elsewhere, strangers = Client(), Client()
    for browser, owner in ((client, user), (elsewhere, user), (strangers, stranger)):
        browser.force_login(owner)
    assert client.get("/account/").content.decode().count("<li><strong>") == 2

    client.post("/account/sessions/end/")

    answers = [browser.get("/account/").status_code for browser in (client, elsewhere, strangers)]
    assert answers == [200, 302, 200]


def test_signing_out_ends_the_session(client: Client) -> None:
    client.force_login(person())
    client.get("/account/")
    assert client.cookies["csrftoken"].value
    assert client.get("/account/logout/").status_code == 405
    client.post("/account/logout/")
    assert not client.cookies["csrftoken"].value
    assert client.get("/account/").status_code == 302
    assert not Session.objects.filter(user__isnull=False).exists()


def test_a_page_shows_each_reader_their_own_header_and_caches_keep_neither(client: Client) -> None:
    stranger = client.get("/about/", headers={"accept-language": "en"})
    assert "Sign in" in stranger.content.decode()
    assert "private" not in stranger.headers.get("Cache-Control", "")
    assert not stranger.cookies

    client.force_login(person())
    own = client.get("/about/", headers={"accept-language": "en"})
    assert "My account" in own.content.decode()
    assert "private" in own.headers["Cache-Control"]
    assert "Cookie" in own.headers["Vary"]


def test_account_pages_are_kept_by_nobody(client: Client) -> None:
    client.force_login(person())
    assert "no-store" in client.get("/account/").headers["Cache-Control"]


def test_the_language_of_mails_is_chosen(client: Client) -> None:
    user = person()
    client.force_login(user)
    client.post("/account/language/", {"language": "ru"})
    client.post("/account/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "ru"
    assert client.cookies["language"].value == "ru"


def test_sessions_that_ran_out_are_forgotten(client: Client) -> None:
    client.force_login(person())
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    forget_what_ran_out(timestamp=0)
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["/account/login/", "/account/staff/", "/account/password/reset/"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_to_sign_in_speak_three_languages(client: Client, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
