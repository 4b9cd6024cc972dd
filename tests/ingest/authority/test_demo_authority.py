"""The demonstration's authority of an installation: made once, shared by processes, absent in production."""

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from django.conf import LazySettings

from geoportal.lib.errors import DomainError
from ingest.demo_authority import (
    PEOPLE,
    Person,
    demo_anchors,
    demo_authorities,
    demo_people,
    demo_sources,
    sign_as,
)
from ingest.eds.policy import Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.results import Verified
from ingest.eds.sources import Unreachable
from ingest.eds.verify import verify
from ingest.trust import policy_for, sources

WEIGHTS = (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def check_digit(digits: str) -> int:
    """The twelfth digit of an IIN or a BIN (rules of the national registers), 10 if there is none."""
    sums = [sum(int(d) * w for d, w in zip(digits[:11], weights, strict=True)) % 11 for weights in WEIGHTS]
    return sums[0] if sums[0] < 10 else sums[1]


def test_numbers_of_demonstration_people_have_a_right_check_digit() -> None:
    numbers = [number for person in demo_people() for number in (person.iin, person.bin) if number]
    assert [check_digit(number) for number in numbers] == [int(number[11]) for number in numbers]


def test_people_and_organisations_sign_in_both_algorithms() -> None:
    people = demo_people()
    assert {person.algorithm for person in people if person.condition == "good"} == {"gost", "rsa"}
    assert len([person for person in people if person.organisation]) == 2
    for person in people:
        signed = cms.ContentInfo.load(sign_as(person.key, b"text"), strict=True)["content"]
        assert len(signed["signer_infos"]) == 1


def checked(person: Person) -> Verified:
    """A signature of theirs by the trust of an installation; raises ``Refusal``."""
    now = datetime.now(UTC)
    policy = policy_for(
        purpose=Purpose.SIGN,
        role=Role.ORGANISATION if person.organisation else Role.PERSON,
        issued_at=now - timedelta(minutes=1),
        expires_at=now + timedelta(minutes=1),
        same_person=person.iin.__eq__,
        organisation_bin=person.bin or None,
    )
    return verify(b"text", sign_as(person.key, b"text"), policy=policy, received_at=now, sources=sources())


# Keys that are refused under a text; all others are good.
REFUSED = {"anna-login": "wrong_purpose", "expired": "expired", "revoked": "revoked"}
PERSON = {person.key: person for person in PEOPLE}


@pytest.mark.parametrize("key", sorted(PERSON.keys() - REFUSED.keys()))
def test_what_a_person_signs_is_checked_in_full_and_marked(settings: LazySettings, key: str) -> None:
    """An installation without the national certificates, as a demonstration is, has trust enough."""
    settings.EDS_ANCHORS = ()
    found = checked(PERSON[key])
    assert (found.is_demo, found.pending) == (True, None)
    assert found.identity.common_name == PERSON[key].full_name
    assert found.identity.organisation == PERSON[key].organisation


@pytest.mark.parametrize(("key", "code"), REFUSED.items())
def test_keys_that_show_a_refusal_are_refused(settings: LazySettings, key: str, code: str) -> None:
    settings.EDS_ANCHORS = ()
    with pytest.raises(Refusal) as refused:
        checked(PERSON[key])
    assert refused.value.code == code


def test_a_key_that_nobody_has_cannot_sign() -> None:
    with pytest.raises(DomainError) as refused:
        sign_as("../gost/root", b"text")
    assert refused.value.code == "no_demo_key"


def test_without_the_setting_nobody_can_sign_and_nothing_is_trusted(settings: LazySettings) -> None:
    issuer = demo_authorities()[0].issuing.fingerprint
    settings.DEMO_AUTHORITY = False
    assert demo_people() == ()
    assert (demo_anchors().roots, demo_anchors().authorities) == ((), ())
    with pytest.raises(DomainError):
        sign_as("anna", b"text")
    with pytest.raises(Unreachable):
        demo_sources().crl(issuer=issuer)


def fingerprints(_: object) -> list[str]:
    return [authority.issuing.fingerprint for authority in demo_authorities()]


def test_several_processes_make_one_authority(tmp_path: Path, settings: LazySettings) -> None:
    """Web processes start at once, and each asks first."""
    settings.DEMO_AUTHORITY_DIR = tmp_path / "new" / "authority"
    with multiprocessing.get_context("fork").Pool(3) as processes:
        found = processes.map(fingerprints, range(3), chunksize=1)
    assert found == [found[0]] * 3
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["authority", "authority.lock"]


def test_keys_are_for_their_owner_alone(demo_authority_dir: Path) -> None:
    demo_authorities()
    keys = list(demo_authority_dir.rglob("*.key"))
    assert len(keys) == 2 * 4 + len(demo_people())
    assert {key.stat().st_mode & 0o077 for key in keys} == {0}
