"""Real signatures, answers and lists of the national authority and its test stand.

The signatures in them hold, and each as a whole is refused for what is wrong with it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import pem

from ingest.eds import crl, ocsp
from ingest.eds import path as paths
from ingest.eds.certificates import Certificate, certificate, is_issued_by
from ingest.eds.cms import decoded, signed_data, signer_certificate
from ingest.eds.policy import Anchors, Policy, Purpose, Role
from ingest.eds.purpose import check_purpose
from ingest.eds.refusals import Refusal
from ingest.eds.revocation import Revocation
from ingest.eds.signer import check_signature, signing_time
from ingest.eds.verify import verify
from tests.ingest.eds.asking import Silent

pytestmark = pytest.mark.data

# What the responders and the list were asked about, and when.
HELD = 0x3A90343E720594C55204B19CB9A402422EF0E622
SIGNED_AT = datetime(2022, 9, 28, 14, 40, 30, tzinfo=UTC)


def sample(data_dir: Path, name: str) -> bytes:
    data = (data_dir / "eds" / name).read_bytes()
    return pem.unarmor(data)[2] if pem.detect(data) else data


def policy_with(anchors: Anchors) -> Policy:
    return Policy(
        anchors=anchors,
        purpose=Purpose.SIGN,
        role=Role.PERSON,
        issued_at=SIGNED_AT - timedelta(minutes=5),
        expires_at=SIGNED_AT + timedelta(minutes=5),
    )


@pytest.fixture
def production(data_dir: Path) -> Anchors:
    return Anchors(
        roots=(sample(data_dir, "root_gost_2022.pem"), sample(data_dir, "root_rsa_2020.cer")),
        authorities=(sample(data_dir, "nca_gost_2022.pem"), sample(data_dir, "nca_rsa_2022.cer")),
    )


@pytest.fixture
def stand(data_dir: Path) -> Certificate:
    """The issuing GOST authority of the test stand."""
    return certificate(sample(data_dir, "nca_gost2015_test.cer"))


def asked_about(serial_number: int, authority: Certificate) -> paths.Path:
    """The path of a certificate of which only the number is known."""
    leaf = replace(authority, issuer=authority.subject, serial_number=serial_number)
    return paths.Path(leaf, authority, authority)


@pytest.mark.parametrize(
    ("root", "authority"),
    [("root_gost_2022.pem", "nca_gost_2022.pem"), ("root_rsa_2020.cer", "nca_rsa_2022.cer")],
)
def test_the_production_hierarchy_holds(data_dir: Path, root: str, authority: str) -> None:
    parent, child = certificate(sample(data_dir, root)), certificate(sample(data_dir, authority))
    assert is_issued_by(parent, parent)
    assert is_issued_by(child, parent)
    assert not is_issued_by(parent, child)
    assert {parent.is_authority, child.is_authority} == {True}


def only_signer(data: bytes, index: int) -> bytes:
    """The same signature with one of its signers left."""
    info = asn1_cms.ContentInfo.load(data)
    signed = info["content"]
    signed["digest_algorithms"] = [signed["signer_infos"][index]["digest_algorithm"]]
    signed["certificates"] = [signed["certificates"][index]]
    signed["signer_infos"] = [signed["signer_infos"][index]]
    return bytes(info.dump())


@pytest.mark.parametrize("name", ["cms_two_signers_attached.der", "cms_two_signers_detached.der"])
@pytest.mark.parametrize(
    ("index", "authority"), [(0, "nca_gost2015_test.cer"), (1, "nca_rsa_test.crt")], ids=["gost", "rsa"]
)
def test_both_signatures_of_two_signers_hold(
    data_dir: Path, production: Anchors, name: str, index: int, authority: str
) -> None:
    data = signed_data(decoded(only_signer(sample(data_dir, name), index)))
    signer = signer_certificate(data, production)
    check_signature(data, signer, b"test123")
    check_purpose(signer, policy_with(production))
    assert is_issued_by(signer, certificate(sample(data_dir, authority)))
    with pytest.raises(Refusal) as refused:
        check_signature(data, signer, b"test124")
    assert refused.value.code == "digest_mismatch"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cms_two_signers_attached.der", "two_signers"),
        ("cms_two_signers_detached.der", "two_signers"),
        ("cms_one_signer_rsa_attached.der", "unknown_issuer"),
    ],
)
def test_each_sample_as_a_whole_is_refused_for_its_own_reason(
    data_dir: Path, production: Anchors, name: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        verify(
            b"test123",
            sample(data_dir, name),
            policy=policy_with(production),
            received_at=SIGNED_AT,
            sources=Silent(),
        )
    assert refused.value.code == code


def test_the_sample_of_one_signer_had_expired_when_it_was_made(data_dir: Path, production: Anchors) -> None:
    data = signed_data(decoded(sample(data_dir, "cms_one_signer_rsa_attached.der")))
    signer = signer_certificate(data, production)
    authority = certificate(sample(data_dir, "nca_rsa_test.crt"))
    check_signature(data, signer, b"test123")
    assert is_issued_by(signer, authority)
    with pytest.raises(Refusal) as refused:
        paths.check_validity(paths.Path(signer, authority, authority), signing_time(data))
    assert refused.value.code == "expired"


@pytest.mark.parametrize(
    ("name", "serial_number", "produced_at", "since"),
    [
        (
            "ocsp_gost2015_good.bin",
            90995583491935517844583812548046341754099549519,
            datetime(2022, 9, 2, 16, 58, 34, tzinfo=UTC),
            datetime(1970, 1, 1, tzinfo=UTC),
        ),
        (
            "ocsp_gost2015_revoked.bin",
            HELD,
            datetime(2022, 9, 2, 16, 59, 28, tzinfo=UTC),
            datetime(2022, 7, 27, 10, 25, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_answers_of_the_responder_verify(
    stand: Certificate, data_dir: Path, name: str, serial_number: int, produced_at: datetime, since: datetime
) -> None:
    """Both are about certificates on hold: the stand says so of certificates that it never issued, too."""
    answer, policy = sample(data_dir, name), policy_with(Anchors((), ()))

    def status(path: paths.Path, at: datetime, *, nonce: bytes | None = None) -> Revocation | None:
        return ocsp.status(answer, path, nonce=nonce, policy=policy, checked_at=at)

    about = asked_about(serial_number, stand)
    assert status(about, produced_at) == Revocation(at=since, reason="certificate_hold")
    for code, path, at, nonce in (
        ("ocsp_nonce", about, produced_at, bytes(8)),
        ("ocsp_stale", about, produced_at + timedelta(minutes=11), None),
        ("ocsp_other_certificate", asked_about(7, stand), produced_at, None),
    ):
        with pytest.raises(Refusal) as refused:
            status(path, at, nonce=nonce)
        assert refused.value.code == code


def test_the_list_verifies(stand: Certificate, data_dir: Path) -> None:
    lists, policy = (sample(data_dir, "nca_gost2022_test.crl"),), policy_with(Anchors((), ()))
    made, then = datetime(2022, 7, 27, tzinfo=UTC), datetime(2022, 8, 1, tzinfo=UTC)
    found = crl.status(lists, asked_about(HELD, stand), policy=policy, since=made, checked_at=then)
    assert found == Revocation(at=datetime(2022, 7, 27, 10, 25, 30, tzinfo=UTC), reason="certificate_hold")
    assert crl.status(lists, asked_about(7, stand), policy=policy, since=made, checked_at=then) is None
    with pytest.raises(Refusal) as refused:
        crl.status(
            lists, asked_about(7, stand), policy=policy, since=made, checked_at=then + timedelta(days=365)
        )
    assert refused.value.code == "crl_stale"


def changed(data: bytes) -> Iterator[bytes]:
    """One bit changed, here and there."""
    for place in range(0, len(data), 11):
        other = bytearray(data)
        other[place] ^= 1 << place % 8
        yield bytes(other)


def test_a_changed_answer_is_refused(stand: Certificate, data_dir: Path) -> None:
    policy, path = policy_with(Anchors((), ())), asked_about(HELD, stand)
    then = datetime(2022, 9, 2, 16, 59, 28, tzinfo=UTC)
    for answer in changed(sample(data_dir, "ocsp_gost2015_revoked.bin")):
        with pytest.raises(Refusal):
            ocsp.status(answer, path, nonce=None, policy=policy, checked_at=then)


def test_a_changed_list_is_refused(stand: Certificate, data_dir: Path) -> None:
    policy, path = policy_with(Anchors((), ())), asked_about(HELD, stand)
    then = datetime(2022, 8, 1, tzinfo=UTC)
    for revocation_list in changed(sample(data_dir, "nca_gost2022_test.crl")):
        with pytest.raises(Refusal):
            crl.status((revocation_list,), path, policy=policy, since=then, checked_at=then)
