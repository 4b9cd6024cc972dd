"""Anchors from the settings, the command that fetches them, and a demonstration beside them."""

from io import StringIO
from pathlib import Path

import pytest
from asn1crypto import pem
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from ingest.authority.authority import Authority
from ingest.authority.profiles import crl_path, delta_path
from ingest.authority.server import serving
from ingest.authority.site import OCSP_PATH, Site
from ingest.authority.sources import AuthoritySources
from ingest.demo_authority import demo_holder
from ingest.eds.anchors import (
    AnchorsMissing,
    fingerprint,
    for_trying,
    from_file,
    load_anchors,
    missing,
    place,
)
from ingest.eds.policy import Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.verify import verify
from ingest.trust import policy_for, sources, trusted_anchors
from tests.fakes.authority import citizen_of
from tests.ingest.eds.asking import CONTENT, Silent, now, policy_of, verified


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path, rsa_authority: Authority) -> Path:
    """An empty folder of anchors, where the settings name those of an authority of the tests."""
    settings.EDS_ANCHORS = (rsa_authority.root.fingerprint, rsa_authority.issuing.fingerprint)
    settings.EDS_ANCHORS_DIR = tmp_path / "anchors"
    return settings.EDS_ANCHORS_DIR


def files(tmp_path: Path, authority: Authority) -> list[str]:
    """The root as DER and the issuing authority as PEM."""
    root, issuing = tmp_path / "root.cer", tmp_path / "issuing.pem"
    root.write_bytes(authority.root.certificate)
    issuing.write_bytes(pem.armor("CERTIFICATE", authority.issuing.certificate))
    return [str(root), str(issuing)]


def fetch(*arguments: str) -> str:
    output = StringIO()
    call_command("fetch_anchors", *arguments, stdout=output, stderr=output)
    return output.getvalue()


def test_anchors_come_from_files(folder: Path, tmp_path: Path, rsa_authority: Authority) -> None:
    assert f"2 kept, 0 of another fingerprint, 0 not read; 2 of 2 anchors are in {folder}" in fetch(
        *files(tmp_path, rsa_authority)
    )
    anchors = load_anchors(folder, (rsa_authority.root.fingerprint, rsa_authority.issuing.fingerprint))
    assert anchors.roots == (rsa_authority.root.certificate,)
    assert anchors.authorities == (rsa_authority.issuing.certificate,)


def test_anchors_come_over_the_network(folder: Path, rsa_authority: Authority) -> None:
    with serving(Site((rsa_authority,))) as address:
        said = fetch(*(f"{address}/cert/{name}_rsa.cer" for name in ("root", "nca")))
    assert "2 kept" in said


def test_a_certificate_of_another_fingerprint_is_not_kept(
    folder: Path, tmp_path: Path, gost_authority: Authority, rsa_authority: Authority
) -> None:
    with pytest.raises(CommandError, match=f"missing: .*{rsa_authority.root.fingerprint}"):
        fetch(*files(tmp_path, gost_authority), str(tmp_path / "nothing.cer"))
    assert list(folder.iterdir()) == []


def test_missing_anchors_say_what_to_run(
    settings: LazySettings, folder: Path, rsa_authority: Authority
) -> None:
    settings.DEMO_AUTHORITY = False
    with pytest.raises(AnchorsMissing, match="must run geoportal fetch_anchors"):
        trusted_anchors()
    with pytest.raises(AnchorsMissing, match=r"2 of 2 .*run geoportal fetch_anchors"):
        load_anchors(folder, settings.EDS_ANCHORS)


def test_a_damaged_anchor_counts_as_missing(folder: Path, tmp_path: Path, rsa_authority: Authority) -> None:
    fetch(*files(tmp_path, rsa_authority))
    place(folder, rsa_authority.root.fingerprint).write_bytes(rsa_authority.root.certificate + b"\0")
    assert missing(folder, (rsa_authority.root.fingerprint,)) == [rsa_authority.root.fingerprint]


def test_a_demonstration_stands_beside_the_national_authority(
    settings: LazySettings, folder: Path, tmp_path: Path, rsa_authority: Authority
) -> None:
    fetch(*files(tmp_path, rsa_authority))
    anchors = trusted_anchors()
    assert rsa_authority.root.certificate in anchors.roots
    assert len(anchors.roots) == len(anchors.authorities) == 3
    settings.DEMO_AUTHORITY = False
    assert trusted_anchors().roots == (rsa_authority.root.certificate,)


@pytest.mark.parametrize(
    ("name", "is_for_trying"),
    [
        ("nca_gost2015_test.cer", True),
        ("nca_rsa_test.crt", True),
        ("nca_gost_2022.pem", False),
        ("root_gost_2022.pem", False),
        ("nca_rsa_2022.cer", False),
        ("root_rsa_2020.cer", False),
    ],
)
def test_the_test_stand_of_the_national_authority_counts_as_a_demonstration(
    tmp_path: Path, data_dir: Path, name: str, is_for_trying: bool
) -> None:
    der = from_file((data_dir / "eds" / name).read_bytes())
    place(tmp_path, fingerprint(der)).write_bytes(der)
    named = [fingerprint(der)]
    assert load_anchors(tmp_path, named).demo == frozenset(named if is_for_trying else ())
    assert for_trying(tmp_path, [*named, "0" * 64]) == (named if is_for_trying else [])


def test_a_demonstration_pinned_like_the_national_authority_is_still_one(
    folder: Path, tmp_path: Path, rsa_authority: Authority, settings: LazySettings
) -> None:
    fetch(*files(tmp_path, rsa_authority))
    settings.DEMO_AUTHORITY = False
    result = verified(
        citizen_of("rsa").sign(CONTENT),
        policy_of(anchors=trusted_anchors()),
        AuthoritySources((rsa_authority,)),
    )
    assert result.is_demo


def test_a_demonstration_signs_without_the_national_anchors(folder: Path) -> None:
    signature, received_at = demo_holder("asqar").sign(CONTENT), now()
    window = policy_of(at=received_at)
    policy = policy_for(
        purpose=Purpose.SIGN, role=Role.PERSON, issued_at=window.issued_at, expires_at=window.expires_at
    )
    result = verify(CONTENT, signature, policy=policy, received_at=received_at, sources=sources())
    assert result.is_demo
    assert result.pending is None
    with pytest.raises(Refusal) as refused:
        verify(
            CONTENT,
            citizen_of("gost").sign(CONTENT),
            policy=policy,
            received_at=received_at,
            sources=Silent(),
        )
    # The authorities of the tests and of the demonstration have the same names.
    assert refused.value.code == "certificate_forged"


def test_the_national_services_are_asked_at_the_addresses_of_the_settings(
    settings: LazySettings, folder: Path, tmp_path: Path, rsa_authority: Authority
) -> None:
    fetch(*files(tmp_path, rsa_authority))
    signature, policy = citizen_of("rsa").sign(CONTENT), policy_of(anchors=trusted_anchors())
    with serving(Site((rsa_authority,))) as address:
        settings.EDS_OCSP_URL = address + OCSP_PATH
        assert verified(signature, policy, sources()).evidence.ocsp
        settings.EDS_OCSP_URL = address + "/elsewhere/"
        settings.EDS_CRL_URLS = {rsa_authority.issuing.fingerprint: address + crl_path("rsa")}
        settings.EDS_DELTA_URLS = {rsa_authority.issuing.fingerprint: address + delta_path("rsa")}
        assert verified(signature, policy, sources()).pending == "revocation_unreachable"
        assert len(verified(signature, policy, sources(lists=True)).evidence.crls) == 2
