"""The GOST half against gostcrypto, which computes curve and hash alone; the RSA path against pyHanko."""

import asyncio
import hashlib

import gostcrypto
import pytest
from asn1crypto import cms, parser, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import OCSPNonce, ReasonFlags, ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError, RevokedError

from ingest.authority.authority import Authority
from ingest.authority.certificates import Certified
from ingest.authority.register import Reason
from tests.fakes.authority import IIN, citizen_of, somebody, spare_key

NONCE = bytes(range(16))
CURVE = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019["id-tc26-gost-3410-12-512-paramSetA"]
TEXT = "Көшеде жарық жоқ".encode()


def children(encoded: bytes) -> list[bytes]:
    """The elements inside one, each with its tag and length."""
    content, found, position = parser.parse(encoded)[4], [], 0
    while position < len(content):
        length = parser.peek(content[position:])
        found.append(content[position : position + length])
        position += length
    return found


def content(encoded: bytes) -> bytes:
    inside: bytes = parser.parse(encoded)[4]
    return inside


def streebog(data: bytes) -> bytes:
    digest: bytes = bytes(gostcrypto.gosthash.new("streebog512", data=data).digest())
    return digest


def holds(signed: bytes, signature: bytes, certificate: bytes) -> bool:
    """Whether the key of a certificate has signed; all numbers are turned to big-endian."""
    key = content(content(children(children(children(certificate)[0])[6])[1])[1:])
    checker = gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_512, CURVE)
    x, y = key[:64][::-1], key[64:][::-1]
    r, s = signature[:64][::-1], signature[64:][::-1]
    digest = streebog(signed)[::-1]
    return bool(checker.verify(bytearray(x + y), bytearray(digest), bytearray(r + s)))


def signed_by(whole: bytes, certificate: bytes) -> bool:
    """Of a certificate, a list or a basic answer."""
    body, _, signature, *_ = children(whole)
    return holds(body, content(signature)[1:], certificate)


def request_about(authority: Authority, serial: int) -> bytes:
    """As cryptography writes it."""
    name, key = (
        hashlib.sha256(part).digest() for part in (authority.issuing.subject, authority.issuing.key.public)
    )
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name, key, serial, hashes.SHA256())
    return builder.add_extension(OCSPNonce(NONCE), critical=False).build().public_bytes(Encoding.DER)


def test_certificates_and_lists_of_gost_are_signed_by_their_issuer(gost_authority: Authority) -> None:
    root, issuing = gost_authority.root.certificate, gost_authority.issuing.certificate
    pairs = [
        (root, root),
        (issuing, root),
        (citizen_of("gost").certificate, issuing),
        (gost_authority.delta(), issuing),
    ]
    assert [signed_by(whole, by) for whole, by in pairs] == [True] * 4
    assert not signed_by(gost_authority.crl(), root)


def test_messages_and_timestamps_of_gost_are_signed_by_who_says_so(gost_authority: Authority) -> None:
    citizen = citizen_of("gost")
    message = cms.ContentInfo.load(citizen.sign(TEXT), strict=True)["content"]
    signer = message["signer_infos"][0]
    token = signer["unsigned_attrs"][0]["values"][0]["content"]
    info = token["encap_content_info"]["content"].parsed
    for who, one, text in (
        (citizen, signer, TEXT),
        (gost_authority.tsa, token["signer_infos"][0], info.dump()),
    ):
        attributes = {each["type"].dotted: each["values"][0] for each in one["signed_attrs"]}
        assert attributes["1.2.840.113549.1.9.4"].native == streebog(text)
        assert holds(one["signed_attrs"].untag().dump(), one["signature"].native, who.certificate)
    assert info["message_imprint"]["hashed_message"].native == streebog(signer["signature"].native)


def test_the_responder_of_gost_signs_its_answers(gost_authority: Authority) -> None:
    holder = somebody(gost_authority)
    for status in (ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED):
        answer = gost_authority.ocsp(request_about(gost_authority, holder.serial))
        read = ocsp.load_der_ocsp_response(answer)
        assert (read.certificate_status, read.serial_number) == (status, holder.serial)
        assert read.extensions.get_extension_for_class(OCSPNonce).value.nonce == NONCE
        gost_authority.revoke(holder, Reason.SUPERSEDED)
    assert read.revocation_reason is ReasonFlags.superseded
    basic = content(children(content(children(answer)[1]))[1])
    assert signed_by(basic, gost_authority.responder.certificate)


def validate(authority: Authority, holder: Certified, *, answer: bytes) -> None:
    """The path with what the responder says and the lists; raises PathError."""
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(authority.root.certificate)],
        other_certs=[x509.Certificate.load(authority.issuing.certificate)],
        crls=[authority.root_crl(), authority.crl(), authority.delta()],
        ocsps=[answer],
        revocation_mode="require",
        moment=authority.clock(),
    )
    validator = CertificateValidator(x509.Certificate.load(holder.certificate), validation_context=context)
    asyncio.run(
        validator.async_validate_usage({"non_repudiation"}, {"email_protection"}, extended_optional=False)
    )


def test_pyhanko_takes_the_path_of_a_person_until_the_key_is_revoked(rsa_authority: Authority) -> None:
    holder = somebody(rsa_authority)
    at = rsa_authority.at(rsa_authority.clock())
    validate(at, holder, answer=at.ocsp(request_about(at, holder.serial)))
    rsa_authority.revoke(holder, Reason.KEY_COMPROMISE)
    later = rsa_authority.at(rsa_authority.clock())
    with pytest.raises(RevokedError):
        validate(later, holder, answer=later.ocsp(request_about(later, holder.serial)))


def test_pyhanko_takes_no_authentication_key_for_a_signing_one(rsa_authority: Authority) -> None:
    key = spare_key("rsa")
    holder = rsa_authority.person(iin=IIN, surname="ОМАРОВ", name="АСҚАР", use="auth", key=key)
    with pytest.raises(InvalidCertificateError):
        validate(
            rsa_authority, holder, answer=rsa_authority.ocsp(request_about(rsa_authority, holder.serial))
        )
