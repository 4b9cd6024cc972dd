"""Signatures that hold, in every form they come in, and what is said about them."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from ingest.authority.authority import Authority
from ingest.authority.holders import Holder
from ingest.authority.register import Reason
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.revocation import Revocation, outlives
from ingest.eds.verify import verify, verify_recorded
from tests.fakes.authority import BIN, IIN, OTHER_IIN, citizen_of, head_of, spare_key
from tests.ingest.eds.asking import CONTENT, Silent, now, policy_of, verified


class ListsOnly(AuthoritySources):
    """The responder is out of reach, the lists are not."""

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        return Silent().ocsp(issuer=issuer, request=request)


def pem(der: bytes, *, end: str = "\n") -> str:
    lines = base64.encodebytes(der).decode().splitlines()
    return end.join(["-----BEGIN CMS-----", *lines, "-----END CMS-----", ""])


@pytest.mark.parametrize("attached", [False, True])
def test_a_signature_holds(
    authority: Authority, citizen: Holder, authority_sources: AuthoritySources, attached: bool
) -> None:
    signature = citizen.sign(CONTENT, attached=attached)
    result = verified(signature, policy_of(authority), authority_sources)
    assert result.identity.iin == IIN
    assert result.identity.bin is None
    assert (result.identity.surname, result.identity.given_name) == ("ОМАРОВ", "СЕРІКҰЛЫ")
    assert result.algorithm == {"gost": "gost-2015-512", "rsa": "rsa-sha256"}[authority.algorithm]
    assert result.certificate_sha256 == citizen.fingerprint
    assert result.reference_time == result.timestamp_time
    assert result.pending is None
    assert not result.is_demo
    assert result.cms == signature


@pytest.mark.parametrize("form", ["der", "base64 in bytes", "base64", "wrapped", "pem", "pem of Windows"])
def test_each_form_that_ncalayer_gives_is_the_same_signature(
    rsa_authority: Authority, authority_sources: AuthoritySources, form: str
) -> None:
    der = citizen_of("rsa").sign(CONTENT)
    forms: dict[str, bytes | str] = {
        "der": der,
        "base64 in bytes": base64.b64encode(der),
        "base64": base64.b64encode(der).decode(),
        "wrapped": base64.encodebytes(der).decode(),
        "pem": pem(der),
        "pem of Windows": pem(der, end="\r\n"),
    }
    assert verified(forms[form], policy_of(rsa_authority), authority_sources).cms == der


def indefinite(der: bytes) -> bytes:
    """The same ContentInfo with the outermost lengths left open, as BouncyCastle writes it."""
    header = 2 + (der[1] & 0x7F)
    return b"\x30\x80" + der[header:] + b"\0\0"


def test_indefinite_lengths_are_the_same_signature(
    rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    der = citizen_of("rsa").sign(CONTENT, attached=True)
    assert verified(indefinite(der), policy_of(rsa_authority), authority_sources).cms == der


def test_without_a_timestamp_the_time_is_that_of_receipt(
    authority: Authority, citizen: Holder, authority_sources: AuthoritySources
) -> None:
    signature, policy, received_at = citizen.sign(CONTENT, timestamp=False), policy_of(authority), now()
    result = verify(CONTENT, signature, policy=policy, received_at=received_at, sources=authority_sources)
    assert (result.reference_time, result.timestamp_time) == (received_at, None)
    with pytest.raises(Refusal) as refused:
        verified(signature, replace(policy, requires_timestamp=True), authority_sources)
    assert refused.value.code == "timestamp_missing"


def test_a_timestamp_has_a_path_of_its_own(
    gost_authority: Authority, rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    """NCALayer may have a GOST signature stamped by the RSA service."""
    signature = citizen_of("gost").sign(CONTENT, stamp=rsa_authority.token)
    result = verified(signature, policy_of(gost_authority, rsa_authority), authority_sources)
    assert result.evidence.timestamp_path[1:] == (
        rsa_authority.issuing.certificate,
        rsa_authority.root.certificate,
    )
    with pytest.raises(Refusal) as refused:
        verified(signature, policy_of(gost_authority), authority_sources)
    assert refused.value.code == "timestamp_authority"


def test_a_demonstration_shows_whichever_part_is_its_own(
    gost_authority: Authority, rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    policy = policy_of(gost_authority, rsa_authority)
    policy = replace(
        policy, anchors=replace(policy.anchors, demo=frozenset({rsa_authority.issuing.fingerprint}))
    )
    citizen = citizen_of("gost")
    assert not verified(citizen.sign(CONTENT), policy, authority_sources).is_demo
    assert verified(citizen.sign(CONTENT, stamp=rsa_authority.token), policy, authority_sources).is_demo
    assert verified(citizen_of("rsa").sign(CONTENT), policy, authority_sources).is_demo


def test_an_organisation_signs_by_its_head(authority: Authority, authority_sources: AuthoritySources) -> None:
    head = head_of(authority.algorithm)
    policy = policy_of(authority, role=Role.ORGANISATION, organisation_bin=BIN)
    identity = verified(head.sign(CONTENT), policy, authority_sources).identity
    assert (identity.iin, identity.bin, identity.organisation) == (OTHER_IIN, BIN, "ТОО «Ақ жол»")


def test_somebody_signs_in_with_either_of_their_certificates(
    rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    policy = policy_of(rsa_authority, purpose=Purpose.LOGIN)
    key = rsa_authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", use="auth", key=spare_key("rsa"))
    for holder in (key, citizen_of("rsa")):
        assert verified(holder.sign(CONTENT), policy, authority_sources).identity.iin == IIN


def test_nothing_personal_shows_in_a_result(
    gost_authority: Authority, authority_sources: AuthoritySources
) -> None:
    result = verified(citizen_of("gost").sign(CONTENT), policy_of(gost_authority), authority_sources)
    shown = repr(result) + repr(result.identity) + repr(result.evidence)
    assert not any(part in shown for part in (IIN, "ОМАРОВ", "АСҚАР", "СЕРІКҰЛЫ", "x82"))


# --- evidence and later looks -------------------------------------------------------------------------------


def test_evidence_verifies_again_without_a_network(
    authority: Authority, citizen: Holder, authority_sources: AuthoritySources
) -> None:
    signature, policy, at = citizen.sign(CONTENT), policy_of(authority), now()
    result = verify(CONTENT, signature, policy=policy, received_at=at, sources=authority_sources)
    again = verify_recorded(CONTENT, signature, result.evidence, policy=policy, accepted_at=at)
    assert again == result


def test_evidence_of_another_signature_is_none(
    rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    policy, at = policy_of(rsa_authority), now()
    first, second = (citizen_of("rsa").sign(CONTENT) for _ in range(2))
    result = verify(CONTENT, first, policy=policy, received_at=at, sources=authority_sources)
    other = rsa_authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", key=spare_key("rsa"))
    for evidence in (
        replace(result.evidence, timestamp=None),
        replace(result.evidence, path=(other.certificate, *result.evidence.path[1:])),
    ):
        with pytest.raises(Refusal) as refused:
            verify_recorded(CONTENT, first, evidence, policy=policy, accepted_at=at)
        assert refused.value.code == "evidence_differs"
    with pytest.raises(Refusal):
        verify_recorded(CONTENT, second, result.evidence, policy=policy, accepted_at=at)


def test_an_answer_is_too_old_for_a_later_acceptance(
    rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    policy, at, signature = policy_of(rsa_authority), now(), citizen_of("rsa").sign(CONTENT)
    result = verify(CONTENT, signature, policy=policy, received_at=at, sources=authority_sources)
    with pytest.raises(Refusal) as refused:
        verify_recorded(
            CONTENT,
            signature,
            result.evidence,
            policy=policy,
            received_at=at,
            accepted_at=at + timedelta(minutes=11),
        )
    assert refused.value.code == "ocsp_stale"


def test_without_an_answer_there_is_no_evidence(rsa_authority: Authority) -> None:
    policy, at, signature = policy_of(rsa_authority), now(), citizen_of("rsa").sign(CONTENT)
    result = verify(CONTENT, signature, policy=policy, received_at=at, sources=Silent())
    assert result.pending == "revocation_unreachable"
    assert (result.evidence.ocsp, result.evidence.crls) == (None, ())
    with pytest.raises(Refusal) as refused:
        verify_recorded(CONTENT, signature, result.evidence, policy=policy, accepted_at=at)
    assert refused.value.code == "revocation_missing"


def test_lists_answer_when_the_responder_does_not(authority: Authority, citizen: Holder) -> None:
    signature, policy, at = citizen.sign(CONTENT), policy_of(authority), now()
    result = verify(CONTENT, signature, policy=policy, received_at=at, sources=ListsOnly((authority,)))
    assert result.pending is None
    assert (result.evidence.ocsp, len(result.evidence.crls)) == (None, 2)
    assert verify_recorded(CONTENT, signature, result.evidence, policy=policy, accepted_at=at) == result


@pytest.mark.parametrize(
    ("reason", "code"), [(Reason.KEY_COMPROMISE, "revoked"), (Reason.HOLD, "on_hold"), (None, "revoked")]
)
@pytest.mark.parametrize("where", ["responder", "lists"])
def test_a_revoked_certificate_is_refused_wherever_it_is_asked(
    rsa_authority: Authority, reason: Reason | None, code: str, where: Literal["responder", "lists"]
) -> None:
    holder = rsa_authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", key=spare_key("rsa"))
    rsa_authority.revoke(holder, reason or Reason.SUPERSEDED)
    sources = {"responder": AuthoritySources, "lists": ListsOnly}[where]((rsa_authority,))
    with pytest.raises(Refusal) as refused:
        verified(holder.sign(CONTENT), policy_of(rsa_authority), sources)
    assert refused.value.code == code


def test_a_pending_signature_is_decided_by_a_later_answer(
    rsa_authority: Authority, authority_sources: AuthoritySources
) -> None:
    policy, at, signature = policy_of(rsa_authority), now(), citizen_of("rsa").sign(CONTENT)
    later = at + timedelta(hours=3)
    result = verify(
        CONTENT,
        signature,
        policy=policy,
        received_at=at,
        checked_at=later,
        sources=AuthoritySources((rsa_authority.at(later),)),
    )
    assert result.pending is None
    assert result.reference_time == result.timestamp_time
    again = verify_recorded(
        CONTENT, signature, result.evidence, policy=policy, received_at=at, accepted_at=later
    )
    assert again == result


@pytest.mark.parametrize(
    ("reason", "timestamp", "stands"),
    [
        (Reason.SUPERSEDED, True, True),
        (Reason.SUPERSEDED, False, False),
        (Reason.KEY_COMPROMISE, True, False),
        (Reason.HOLD, True, False),
    ],
)
def test_a_revocation_after_the_signature_matters_by_its_reason(
    rsa_authority: Authority, reason: Reason, timestamp: bool, stands: bool
) -> None:
    holder = rsa_authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", key=spare_key("rsa"))
    signature, at = holder.sign(CONTENT, timestamp=timestamp), now()
    rsa_authority.revoke(holder, reason, at=at + timedelta(hours=1))
    later = at + timedelta(hours=2)

    def decide() -> object:
        return verify(
            CONTENT,
            signature,
            policy=policy_of(rsa_authority, at=at),
            received_at=at,
            checked_at=later,
            sources=AuthoritySources((rsa_authority.at(later),)),
        )

    if stands:
        decide()
    else:
        with pytest.raises(Refusal, match=r"revoked|suspended"):
            decide()


@pytest.mark.parametrize(
    ("reason", "minutes", "stands"),
    [
        ("cessation_of_operation", 1, True),
        ("affiliation_changed", 1, True),
        ("privilege_withdrawn", 1, True),
        ("superseded", 0, False),
        ("superseded", -1, False),
        ("unspecified", 1, False),
        ("certificate_hold", 1, False),
        ("key_compromise", 1, False),
    ],
)
def test_only_a_benign_reason_after_the_reference_time_leaves_a_signature(
    reason: str, minutes: int, stands: bool
) -> None:
    moment = now()
    revocation = Revocation(at=moment + timedelta(minutes=minutes), reason=reason)
    assert outlives(revocation, reference_time=moment, timestamped=True) is stands
    assert not outlives(revocation, reference_time=moment, timestamped=False)
    assert outlives(None, reference_time=moment, timestamped=False)
