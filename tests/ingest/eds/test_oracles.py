"""OpenSSL signs and we verify; pyhanko-certvalidator judges paths, and we judge the same."""

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from ingest.authority import oids
from ingest.authority.authority import Authority
from ingest.authority.certificates import certify
from ingest.authority.extensions import extension
from ingest.authority.sources import AuthoritySources
from ingest.eds.certificates import certificate
from ingest.eds.path import check_validity, find_path
from ingest.eds.policy import Anchors
from ingest.eds.refusals import Refusal
from tests.fakes.authority import IIN, anchors_of, citizen_of, spare_key
from tests.ingest.eds.asking import CONTENT, now, policy_of, verified


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What OpenSSL signs with: the certificate and the key of the RSA citizen."""
    folder, citizen = tmp_path_factory.mktemp("openssl"), citizen_of("rsa")
    (folder / "certificate.cer").write_bytes(citizen.certificate)
    (folder / "key.pem").write_bytes(citizen.key.stored())
    return ["-signer", str(folder / "certificate.cer"), "-inkey", str(folder / "key.pem")]


@pytest.mark.parametrize("form", ["DER", "PEM", "DER -nodetach", "DER -nodetach -stream", "DER -nosmimecap"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_signature_by_openssl_holds(
    signing: list[str],
    rsa_authority: Authority,
    authority_sources: AuthoritySources,
    form: str,
    digest: str,
) -> None:
    """Streamed, it has indefinite lengths and its content in pieces."""
    command = ["openssl", "cms", "-sign", "-cades", "-binary", "-md", digest, *signing, "-outform"]
    made = subprocess.run([*command, *form.split()], input=CONTENT, capture_output=True, timeout=60)
    assert made.returncode == 0, made.stderr
    policy = policy_of(rsa_authority, requires_signing_certificate=True)
    assert verified(made.stdout, policy, authority_sources).algorithm == f"rsa-{digest}"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["-md", "sha1"], "algorithm_not_allowed"),
        (["-md", "sha256", "-noattr"], "attributes_missing"),
        (["-md", "sha256", "-keyopt", "rsa_padding_mode:pss"], "algorithm_not_allowed"),
        (["-md", "sha256", "-keyid"], "signer_identifier"),
        (["-md", "sha256", "-nocerts"], "certificate_missing"),
    ],
)
def test_what_openssl_makes_otherwise_is_refused(
    signing: list[str],
    rsa_authority: Authority,
    authority_sources: AuthoritySources,
    options: list[str],
    code: str,
) -> None:
    command = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", *signing, *options]
    made = subprocess.run(command, input=CONTENT, capture_output=True, timeout=60)
    assert made.returncode == 0, made.stderr
    with pytest.raises(Refusal) as refused:
        verified(made.stdout, policy_of(rsa_authority), authority_sources)
    assert refused.value.code == code


# --- paths --------------------------------------------------------------------------------------------------


def ours(der: bytes, anchors: Anchors) -> bool:
    try:
        check_validity(find_path(certificate(der), anchors), now())
    except Refusal:
        return False
    return True


def theirs(der: bytes, anchors: Anchors) -> bool:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in anchors.roots],
        other_certs=[x509.Certificate.load(authority) for authority in anchors.authorities],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(x509.Certificate.load(der), validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
    except (PathError, ValidationError):
        return False
    return True


def person(authority: Authority, **oddities: Any) -> bytes:
    return authority.person(
        iin=IIN, surname="ОМАРОВ", name="АСҚАР", key=spare_key("rsa"), **oddities
    ).certificate


def flipped(der: bytes, place: int) -> bytes:
    changed = bytearray(der)
    changed[place] ^= 1
    return bytes(changed)


def of_another_key(authority: Authority) -> bytes:
    """The authority's name over somebody else's signature."""
    citizen = citizen_of("rsa")
    made = certify(
        replace(authority.leaf([], oids.INDIVIDUAL), subject=citizen.subject),
        key=spare_key("rsa"),
        issuer=authority.issuing.subject,
        issuer_key=spare_key("rsa", 1),
    )
    return made.certificate


def with_critical_extension(authority: Authority) -> bytes:
    usual = authority.leaf([], oids.INDIVIDUAL).extensions
    return person(authority, extensions=(*usual, extension("1.2.3.4", b"\5\0", critical=True)))


DAY = timedelta(days=1)
CERTIFICATES: dict[str, tuple[Callable[[Authority], bytes], bool]] = {
    "good": (person, True),
    "expired": (lambda authority: person(authority, not_after=now() - DAY), False),
    "not yet valid": (lambda authority: person(authority, not_before=now() + DAY), False),
    "changed signature": (lambda authority: flipped(person(authority), -1), False),
    "changed serial number": (lambda authority: flipped(person(authority), 20), False),
    "unknown critical extension": (with_critical_extension, False),
    "of another key": (of_another_key, False),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_paths_are_judged_as_by_another_implementation(rsa_authority: Authority, name: str) -> None:
    make, good = CERTIFICATES[name]
    der, anchors = make(rsa_authority), anchors_of(rsa_authority)
    assert ours(der, anchors) is good
    assert theirs(der, anchors) is good
