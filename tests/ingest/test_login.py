"""Signing in with a key: in the browser that asked, once, as the person of the key."""

from datetime import timedelta

import pytest

from geoportal.accounts.identity import iin_hash
from geoportal.accounts.models import RoleGrant, User
from ingest.authority import oids
from ingest.eds.refusals import Refusal
from ingest.login import CannotSignIn, complete_login
from ingest.models import SigningRequest
from ingest.signing import NoSuchRequest, RequestConsumed, RequestExpired, open_request
from tests.fakes.authority import BIN, IIN, OTHER_IIN, authority_of, head_of, spare_key
from tests.ingest.signed import BROWSER, Checking, asked_to_sign_in, citizen, now, signed, someone

pytestmark = pytest.mark.django_db


def signed_in(request: SigningRequest, *, browser: str = BROWSER, signature: bytes | None = None) -> User:
    return complete_login(
        request_id=request.pk,
        signature=signature or signed(request),
        browser=browser,
        at=now(),
        check=Checking(),
    )


def test_a_key_signs_its_person_in() -> None:
    first = signed_in(asked_to_sign_in())
    assert bytes(first.iin_hash or b"") == iin_hash(IIN)
    assert signed_in(asked_to_sign_in()) == first


def test_the_authentication_certificate_will_do() -> None:
    request = asked_to_sign_in()
    holder = someone(IIN, use="auth")
    assert signed_in(request, signature=signed(request, holder)).iin_hash


def test_the_key_of_an_organisation_signs_its_representative_in() -> None:
    request = asked_to_sign_in()
    user = signed_in(request, signature=signed(request, head_of("rsa")))
    assert bytes(user.iin_hash or b"") == iin_hash(OTHER_IIN)
    grant = RoleGrant.objects.get(user=user)
    assert grant.organisation
    assert (grant.role, grant.organisation.bin, grant.organisation.name) == (
        "representative",
        BIN,
        "ТОО «Ақ жол»",
    )


def test_the_key_of_a_machine_signs_nobody_in() -> None:
    request = asked_to_sign_in()
    machine = authority_of("rsa").organisation(
        bin=BIN,
        organisation="ТОО «Ақ жол»",
        iin=OTHER_IIN,
        surname="ИВАНОВА",
        name="АННА",
        role=oids.LEGAL_ENTITY_SYSTEM,
        key=spare_key("rsa"),
    )
    with pytest.raises(Refusal) as refused:
        signed_in(request, signature=signed(request, machine))
    assert refused.value.code == "wrong_role"
    assert not User.objects.exists()


def test_a_login_text_is_worth_nothing_in_another_browser() -> None:
    request = asked_to_sign_in()
    for browser in ("", "another secret", request.browser):
        with pytest.raises(NoSuchRequest):
            signed_in(request, browser=browser)
    assert not User.objects.exists()


def test_a_login_text_signs_in_once() -> None:
    request = asked_to_sign_in()
    signature = signed(request)
    signed_in(request, signature=signature)
    with pytest.raises(RequestConsumed):
        signed_in(request, signature=signature)


def test_a_login_text_lives_ten_minutes() -> None:
    request = asked_to_sign_in(at=now() - timedelta(minutes=10, seconds=2))
    assert request.expires_at - request.issued_at == timedelta(minutes=10)
    with pytest.raises(RequestExpired):
        signed_in(request)


def test_the_signature_under_another_login_text_signs_nobody_in() -> None:
    first, second = asked_to_sign_in(), asked_to_sign_in()
    with pytest.raises(Refusal):
        signed_in(second, signature=signed(first))


def test_who_is_locked_out_is_not_let_in_by_a_key() -> None:
    user = citizen()
    User.objects.filter(pk=user.pk).update(is_active=False)
    request = asked_to_sign_in()
    with pytest.raises(CannotSignIn):
        signed_in(request)
    assert SigningRequest.objects.get().consumed_at is None


def test_the_secret_of_the_browser_is_kept_as_a_hash() -> None:
    request = asked_to_sign_in()
    assert BROWSER not in str(SigningRequest.objects.values().get())
    assert open_request(request_id=request.pk, user=None, browser=BROWSER, at=now()) == request
