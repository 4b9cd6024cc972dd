"""Signing on a phone: the app sees nothing but the code, and the page moves on by itself."""

import base64
import html
import json
import re
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from geoportal.accounts.models import User
from geoportal.pages.signing.egov_mobile import NoSignature, signature_of
from geoportal.pages.signing.mobile_tokens import address_token, document_token
from ingest.demo_authority import sign_as
from ingest.eds.refusals import SENTENCES
from ingest.models import PhoneAnswer, SigningRequest, Submission
from tests.fakes.egov_mobile import EgovMobile, in_process
from tests.geoportal.pages.signing.conftest import OWNER, STRANGER
from tests.ingest.signed import asked, now

pytestmark = pytest.mark.usefixtures("egov")
CANCELLED = {"status": "CANCELED", "documentsToSign": []}


def app(key: str = OWNER) -> EgovMobile:
    return EgovMobile(partial(sign_as, key), in_process(Client(enforce_csrf_checks=True)))


def waiting_page(request: SigningRequest) -> str:
    return reverse("sign-mobile", args=[request.pk])


def scanned(browser: Client, page: str) -> str:
    """What is in the QR code: the same address as in the link that opens the app."""
    found = re.search(r'href="https://m\.egov\.kz/mobileSign\?([^"]+)"', browser.get(page).content.decode())
    assert found
    link = re.search(r"link=([^&]+)", html.unescape(found[1]))
    assert link
    return f"mobileSign:{unquote(link[1])}"


def has_moved(browser: Client, page: Any) -> bool:
    answer: bool = browser.get(page.context["waiting"]["status_url"]).json()["moved"]
    return answer


def test_a_text_is_signed_on_the_phone_and_the_page_moves_on(
    citizen: Client, signing_request: SigningRequest
) -> None:
    page = citizen.get(waiting_page(signing_request))
    assert not has_moved(citizen, page)
    answer = app().sign_what(scanned(citizen, waiting_page(signing_request)))
    assert answer.status == 200
    submission = Submission.objects.get(request=signing_request)
    assert has_moved(citizen, page)
    moved = citizen.get(waiting_page(signing_request))
    assert moved.headers["Location"] == reverse("submission", args=[submission.pk])


def test_the_app_is_told_who_asks_and_shown_the_whole_text(
    citizen: Client, signing_request: SigningRequest
) -> None:
    phone = app()
    asked_for = phone.scan(scanned(citizen, waiting_page(signing_request)))
    assert asked_for["organisation"] == {
        "nameKz": "Абай облысының әкімдігі",
        "nameRu": "Акимат области Абай",
        "nameEn": "Akimat of Abai oblast",
        "bin": "900140000017",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:00", asked_for["expiry_date"])
    assert asked_for["document"]["auth_type"] == "Token"
    message = phone.fetch(asked_for).body
    assert message["signMethod"] == "CMS_SIGN_ONLY"
    (document,) = message["documentsToSign"]
    text = bytes(signing_request.content or b"")
    assert base64.b64decode(document["document"]["file"]["data"]) == text
    assert [each["value"] for each in document["meta"]] == [text.decode(), signing_request.content_sha256]
    for name, language in (("nameKz", "kk"), ("nameRu", "ru"), ("nameEn", "en")):
        with override(language):
            assert document[name] == gettext("Sign the problem")


@pytest.mark.django_db
def test_who_signs_on_the_phone_is_signed_in_in_the_browser_that_asked(client: Client) -> None:
    sign_page = client.post(reverse("eds-login"), {"next": "/needs/"}).headers["Location"]
    waiting, _query, _next = sign_page.replace("/?", "/mobile/?").partition("?")
    assert app(STRANGER).sign_what(scanned(client, waiting)).status == 200
    assert "_auth_user_id" not in client.session
    assert Client().post(f"{waiting}finish/").status_code == 404

    page = client.get(waiting)
    assert 'id="finish"' in page.content.decode()
    assert client.post(f"{waiting}finish/", {"next": "/needs/"}).headers["Location"] == "/needs/"
    assert client.session["_auth_user_id"]
    assert not PhoneAnswer.objects.exists()


def test_a_bad_signature_is_403_and_the_page_says_why(
    citizen: Client, signing_request: SigningRequest
) -> None:
    page = citizen.get(waiting_page(signing_request))
    answer = app(STRANGER).sign_what(scanned(citizen, waiting_page(signing_request)))
    assert answer.status == 403
    assert answer.body["code"] == "other_person"
    assert has_moved(citizen, page)
    page = citizen.get(waiting_page(signing_request))
    assert SENTENCES["other_person"].en in html.unescape(page.content.decode())
    assert not has_moved(citizen, page)
    assert app().sign_what(scanned(citizen, waiting_page(signing_request))).status == 200


@pytest.mark.parametrize("length", ["300000", "many"])
def test_more_than_a_signature_is_not_read(signing_request: SigningRequest, length: str) -> None:
    url = reverse("egov-mobile-document", args=[signing_request.pk, address_token(signing_request)])
    headers = {"authorization": f"Bearer {document_token(signing_request)}", "content-length": length}
    assert Client().put(url, b" " * 300_000, headers=headers).status_code in (400, 413)


def test_a_person_who_declines_is_no_error(citizen: Client, signing_request: SigningRequest) -> None:
    phone = app()
    asked_for = phone.scan(scanned(citizen, waiting_page(signing_request)))
    assert phone.put(asked_for, CANCELLED).status == 400
    assert "cancelled on the phone" in citizen.get(waiting_page(signing_request)).content.decode()


def test_an_answer_that_was_lost_may_be_sent_again_and_another_may_not(
    citizen: Client, signing_request: SigningRequest
) -> None:
    phone = app()
    asked_for = phone.scan(scanned(citizen, waiting_page(signing_request)))
    message = phone.fetch(asked_for).body
    signed = phone.signed(message)
    assert [phone.put(asked_for, signed).status for _ in range(2)] == [200, 200]
    assert phone.put(asked_for, phone.signed(message)).status == 403
    assert Submission.objects.count() == 1
    assert phone.fetch(asked_for).status == 410


def test_a_code_ends_with_its_text(citizen: Client, user: User) -> None:
    late = asked(user, at=now() - timedelta(hours=2))
    address = reverse("egov-mobile-request", args=[late.pk, address_token(late)])
    assert citizen.get(address).status_code == 410
    document = {"uri": f"{address}document/", "auth_type": "Token", "auth_token": document_token(late)}
    signature = base64.b64encode(sign_as(OWNER, bytes(late.content or b""))).decode()
    signed = {"documentsToSign": [{"document": {"file": {"data": signature}}}]}
    assert app().put({"document": document}, signed).status == 403
    assert not Submission.objects.exists()
    assert citizen.get(waiting_page(late)).headers["Location"] == reverse("sign", args=[late.pk])


def test_a_guessed_code_finds_nothing(citizen: Client, signing_request: SigningRequest) -> None:
    address = scanned(citizen, waiting_page(signing_request)).removeprefix("mobileSign:http://testserver")
    start, token = address.rstrip("/").rsplit("/", 1)
    assert Client().get(f"{start}/{token}/").status_code == 200
    for guess in (token[:-1], token.upper(), "0" * len(token), "x"):
        assert Client().get(f"{start}/{guess}/").status_code == 404


def test_whoever_knows_the_address_alone_reads_no_text(
    citizen: Client, signing_request: SigningRequest
) -> None:
    asked_for = app().scan(scanned(citizen, waiting_page(signing_request)))
    address = asked_for["document"]["uri"].removeprefix("http://testserver")
    for header in ("", "Bearer ", f"Bearer {'0' * 32}", "Basic ә"):
        headers = {"authorization": header}
        assert Client().get(address, headers=headers).status_code == 401
        assert Client().put(address, "{}", headers=headers).status_code == 401


def test_two_texts_have_two_codes(citizen: Client, user: User) -> None:
    one, other = [scanned(citizen, waiting_page(asked(user))).rsplit("/", 2)[1] for _ in range(2)]
    assert one != other


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b"{}",
        b'{"documentsToSign": []}',
        b'{"documentsToSign": [{}, {}]}',
        b'{"documentsToSign": [{"document": {"file": {"data": 5}}}]}',
        b'{"documentsToSign": [{"document": {"file": {"data": "*"}}}]}',
        b"[" * 100_000,
    ],
)
def test_a_message_without_a_signature_is_refused(body: bytes) -> None:
    with pytest.raises(NoSignature):
        signature_of(body)


@pytest.mark.parametrize(
    "document",
    [
        {"documentCms": base64.b64encode(b"DER").decode()},
        {"document": {"file": {"data": base64.b64encode(b"DER").decode()}}},
    ],
)
def test_older_builds_of_the_app_put_the_signature_elsewhere(document: dict[str, Any]) -> None:
    assert signature_of(json.dumps({"documentsToSign": [document]}).encode()) == b"DER"


def test_without_the_setting_there_is_nothing(
    citizen: Client, signing_request: SigningRequest, settings: LazySettings
) -> None:
    code = scanned(citizen, waiting_page(signing_request))
    settings.EGOV_MOBILE = False
    assert citizen.get(waiting_page(signing_request)).status_code == 404
    assert Client().get(code.removeprefix("mobileSign:http://testserver")).status_code == 404
    assert "eGov Mobile" not in citizen.get(reverse("sign", args=[signing_request.pk])).content.decode()


def test_a_portal_without_a_name_does_not_start_with_it(settings: LazySettings) -> None:
    assert "geoportal.E007" not in {each.id for each in run_checks()}
    settings.EGOV_MOBILE_BIN = "12345"
    settings.EGOV_MOBILE_NAME_KK = ""
    (problem,) = [each for each in run_checks() if each.id == "geoportal.E007"]
    assert "EGOV_MOBILE_NAME_KK, EGOV_MOBILE_BIN" in problem.msg
