"""The page that shows a text and takes its signature, as a browser without a script meets it."""

import base64
import html
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from geoportal.accounts.models import User
from geoportal.pages.signing.advice import ADVICE
from geoportal.pages.signing.received import MAX_BYTES
from ingest.demo_authority import sign_as
from ingest.eds.refusals import SENTENCES
from ingest.models import SigningRequest, Submission
from tests.geoportal.pages.signing.conftest import IIN, OWNER, STRANGER
from tests.ingest.signed import asked, now


class Preformatted(HTMLParser):
    """The text of the page's ``<pre>`` as a browser takes it: without the line feed that follows the tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside, self.text = False, ""
        self.feed(page)
        self.text = self.text.removeprefix("\n")

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside = self.inside or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def page_of(request: SigningRequest) -> str:
    return reverse("sign", args=[request.pk])


def signature_for(request: SigningRequest, key: str = OWNER) -> str:
    return base64.b64encode(sign_as(key, bytes(request.content or b""))).decode()


def lines(answer: Any) -> list[str]:
    """What the page says, paragraph by paragraph."""
    return [html.unescape(each) for each in re.findall(r"<p>([^<]*)</p>", answer.content.decode())]


def as_file(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("text.p7s", content)}


def test_the_page_shows_the_very_text_that_is_signed(citizen: Client, user: User) -> None:
    request = asked(user, text="Екі  бос орын, <b>белгі</b> & “тырнақша”\n\n| сызық")
    page = citizen.get(page_of(request)).content.decode()
    assert Preformatted(page).text.encode() == bytes(request.content or b"")
    assert request.content_sha256 in page


def test_the_download_is_the_text_to_the_byte(citizen: Client, signing_request: SigningRequest) -> None:
    answer = citizen.get(reverse("sign-text", args=[signing_request.pk]))
    assert answer.content == bytes(signing_request.content or b"")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_text_is_nobody_elses_to_see(client: Client, signing_request: SigningRequest) -> None:
    addresses = [reverse(name, args=[signing_request.pk]) for name in ("sign", "sign-text")]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(User.objects.create(language="ru", email="other@example.kz"))
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert client.post(addresses[0], {"demo_person": OWNER}).status_code == 404


@pytest.mark.django_db
def test_a_login_text_belongs_to_the_browser_that_asked(client: Client) -> None:
    mine = client.post(reverse("eds-login"), {"next": "/problems/"}).headers["Location"]
    assert client.get(mine).status_code == 200
    assert Client().get(mine).status_code == 404


def test_only_this_page_reaches_ncalayer(citizen: Client, signing_request: SigningRequest) -> None:
    signing, other = citizen.get(page_of(signing_request)), citizen.get("/about/")
    assert "wss://127.0.0.1:13579" in signing.headers["Content-Security-Policy"]
    assert "127.0.0.1" not in other.headers["Content-Security-Policy"]
    assert "loopback-network=(self)" in signing.headers["Permissions-Policy"]
    assert "loopback-network=()" in other.headers["Permissions-Policy"]


def test_a_signature_becomes_a_submission(citizen: Client, signing_request: SigningRequest) -> None:
    answer = citizen.post(page_of(signing_request), {"signature": signature_for(signing_request)})
    submission = Submission.objects.get(request=signing_request)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("submission", args=[submission.pk])


def test_a_second_press_goes_where_the_first_one_led(
    citizen: Client, signing_request: SigningRequest
) -> None:
    form = {"signature": signature_for(signing_request)}
    first, second = [citizen.post(page_of(signing_request), form).headers["Location"] for _ in range(2)]
    assert first == second == citizen.get(page_of(signing_request)).headers["Location"]
    assert Submission.objects.count() == 1


def test_a_file_made_elsewhere_is_as_good(citizen: Client, signing_request: SigningRequest) -> None:
    signature = sign_as(OWNER, bytes(signing_request.content or b""))
    assert citizen.post(page_of(signing_request), as_file(signature)).status_code == 302
    assert Submission.objects.filter(request=signing_request).exists()


def test_a_demonstration_key_signs_without_a_script(citizen: Client, signing_request: SigningRequest) -> None:
    assert citizen.post(page_of(signing_request), {"demo_person": OWNER}).status_code == 302
    assert Submission.objects.get(request=signing_request).signature.is_demo


def test_without_a_demonstration_its_keys_are_refused(
    citizen: Client, signing_request: SigningRequest, settings: LazySettings
) -> None:
    settings.DEMO_AUTHORITY = False
    assert b"demo-person" not in citizen.get(page_of(signing_request)).content
    assert citizen.post(page_of(signing_request), {"demo_person": OWNER}).status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("key", "code"), [(STRANGER, "other_person"), ("aq-jol", "wrong_role"), ("revoked", "revoked")]
)
def test_a_wrong_key_is_refused_in_the_readers_language_with_what_to_do(
    citizen: Client, signing_request: SigningRequest, key: str, code: str
) -> None:
    form = {"signature": signature_for(signing_request, key)}
    for language in ("kk", "ru", "en"):
        answer = citizen.post(f"{page_of(signing_request)}?lang={language}", form)
        assert answer.status_code == 422
        told = answer.context["refusal"]
        assert told.sentence == getattr(SENTENCES[code], language)
        assert told.advice
        assert {told.sentence, told.advice} <= set(lines(answer))


def test_what_is_no_signature_is_told_and_leaves_the_text_to_be_signed(
    citizen: Client, signing_request: SigningRequest
) -> None:
    for form in (
        {},
        {"signature": "no signature"},
        {"signature": "\0"},
        {"signature": "A" * (MAX_BYTES + 1)},
        {"demo_person": "nobody"},
        as_file(b""),
        as_file(b"%PDF-1.7"),
        as_file(b"0" * (MAX_BYTES + 1)),
    ):
        answer = citizen.post(page_of(signing_request), form)
        assert answer.status_code == 422, form
        assert answer.context["refusal"].sentence in lines(answer)
    assert citizen.post(page_of(signing_request), {"demo_person": OWNER}).status_code == 302


def test_a_text_that_is_too_old_is_offered_anew(citizen: Client, user: User) -> None:
    late = asked(user, at=now() - timedelta(hours=2))
    page = citizen.get(page_of(late))
    assert page.context["is_expired"]
    assert b'id="sign"' not in page.content
    again = citizen.post(reverse("sign-again", args=[late.pk])).headers["Location"]
    assert citizen.post(again, {"demo_person": OWNER}).status_code == 302
    submission = Submission.objects.get()
    assert submission.request.payload == late.payload
    assert submission.request.nonce != late.nonce


@pytest.mark.django_db
def test_signing_in_leads_to_where_the_person_wanted_to_go(client: Client) -> None:
    sign_page = client.post(reverse("eds-login"), {"next": "/needs/?status=open"}).headers["Location"]
    answer = client.post(sign_page, {"demo_person": "anna-login", "next": "/needs/?status=open"})
    assert answer.headers["Location"] == "/needs/?status=open"
    assert User.objects.get(pk=client.session["_auth_user_id"]).iin_hash


@pytest.mark.django_db
def test_nobody_is_sent_to_another_site(client: Client) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "javascript:alert(1)"):
        sign_page = client.post(reverse("eds-login"), {"next": elsewhere}).headers["Location"]
        assert "?" not in sign_page
        answer = client.post(sign_page, {"demo_person": OWNER, "next": elsewhere})
        assert answer.headers["Location"] == reverse("account")


@pytest.mark.django_db
@pytest.mark.parametrize("again", ["eds-login", "sign-again"])
def test_who_asks_too_often_is_told_on_a_page(client: Client, settings: LazySettings, again: str) -> None:
    settings.SIGNING_REQUESTS_PER_HOUR = 1
    assert client.post(reverse("eds-login")).status_code == 302
    address = reverse(again, args=[SigningRequest.objects.get().pk] if again == "sign-again" else [])
    answer = client.post(address, headers={"accept-language": "en"})
    assert answer.status_code == 429
    assert any("within an hour" in line for line in lines(answer))


@pytest.mark.django_db
def test_browsers_without_a_session_are_limited_by_their_network(settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"eds_login": "2/h/ip"}
    answers = [Client().post(reverse("eds-login")).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    assert SigningRequest.objects.count() == 2


def test_signatures_are_tried_so_many_times(
    citizen: Client, signing_request: SigningRequest, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signature": "2/m/ip"}
    bad = {"signature": signature_for(signing_request, STRANGER)}
    assert [citizen.post(page_of(signing_request), bad).status_code for _ in range(3)] == [422, 422, 429]


def test_a_login_text_is_no_submission(citizen: Client) -> None:
    sign_page = citizen.post(reverse("eds-login")).headers["Location"]
    citizen.post(sign_page, {"demo_person": OWNER})
    assert not Submission.objects.exists()


def test_the_form_is_protected_against_other_sites(user: User, signing_request: SigningRequest) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert strict.post(page_of(signing_request), {"demo_person": OWNER}).status_code == 403
    assert strict.post(reverse("eds-login")).status_code == 403


def test_no_iin_is_in_the_page_or_its_address(citizen: Client, signing_request: SigningRequest) -> None:
    form = {"signature": signature_for(signing_request, STRANGER)}
    answer = citizen.post(page_of(signing_request), form)
    assert IIN[STRANGER] not in answer.content.decode()
    assert IIN[OWNER] not in answer.content.decode()


def test_advice_is_for_refusals_that_there_are() -> None:
    assert set(ADVICE) <= set(SENTENCES)
