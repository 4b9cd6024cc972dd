"""Asking the responder of the issuing authority whether a certificate stands (RFC 6960)."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import ocsp
from asn1crypto.core import BitString, OctetString
from asn1crypto.core import Sequence as Asn1Sequence
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import OCSPNonce
from cryptography.x509.ocsp import OCSPRequestBuilder

from ingest.eds.algorithms import SHA256, AlgorithmIdentifier, agreed_digest, algorithm, signature_holds
from ingest.eds.certificates import Certificate, certificate
from ingest.eds.der import check, exact, refusing, renamed
from ingest.eds.path import Path, appointed
from ingest.eds.policy import Policy
from ingest.eds.refusals import Refusal
from ingest.eds.revocation import Revocation

MAX_BYTES = 64 * 1024
MAX_CERTIFICATES = 8
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
# RFC 8954, 2.1 asks for at least 16 and allows 32; responders of before it answer to 16 as well.
NONCE_BYTES = 16


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def request(path: Path, *, nonce: bytes) -> bytes:
    """The DER of a request about the leaf of a path; the certificate is named by SHA-256."""
    issuer_name_hash = hashlib.sha256(path.leaf.issuer).digest()
    issuer_key_hash = hashlib.sha256(path.authority.key.bits).digest()
    builder = OCSPRequestBuilder().add_certificate_by_hash(
        issuer_name_hash, issuer_key_hash, path.leaf.serial_number, hashes.SHA256()
    )
    return builder.add_extension(OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


class _Signed(Asn1Sequence):
    """A BasicOCSPResponse whose algorithm stays bytes."""

    _fields = [
        ("tbs_response_data", ocsp.ResponseData),
        ("signature_algorithm", AlgorithmIdentifier),
        ("signature", BitString),
        ("certs", ocsp.Certificates, {"explicit": 0, "optional": True}),
    ]


@refusing("ocsp_malformed")
def status(
    answer: bytes, path: Path, *, nonce: bytes | None, policy: Policy, checked_at: datetime
) -> Revocation | None:
    """What a responder said about the leaf of a path: None for good, else why and since when it is revoked.

    ``nonce`` is the one that was sent, None to ask for none: a stored answer is held against ``checked_at``
    alone, the time when it was received. Refuses ``certificate_unknown`` and every ``ocsp_…``.
    """
    if len(answer) > MAX_BYTES:
        raise Refusal("ocsp_malformed")
    response = exact(ocsp.OCSPResponse.load(check(answer), strict=True))
    if response["response_status"].native != "successful":
        raise Refusal("ocsp_refused")
    inside = exact(response["response_bytes"])
    if inside["response_type"].dotted != BASIC:
        raise Refusal("ocsp_malformed")
    signed = exact(_Signed.load(check(bytes(inside["response"])), strict=True))
    data = signed["tbs_response_data"]
    _check_signature(signed, _responder(signed, path, _moment(data["produced_at"])))
    single = _single(data["responses"], path)
    extensions = [*data["response_extensions"], *single["single_extensions"]]
    if any(extension["critical"].native for extension in extensions):
        raise Refusal("ocsp_malformed")
    if nonce is not None:
        _check_nonce(extensions, nonce)
    _check_fresh(data, single, policy=policy, checked_at=checked_at)
    return _revocation(single["cert_status"])


def _responder(signed: Any, path: Path, produced_at: datetime) -> Certificate:
    """The authority itself, or one whom it appointed with a certificate in the answer (RFC 6960, 4.2.2.2)."""
    identifier = signed["tbs_response_data"]["responder_id"]
    with renamed("ocsp_responder"):
        if _is_named(path.authority, identifier):
            return path.authority
        named = [each for each in _certificates(signed["certs"]) if _is_named(each, identifier)]
        if len(named) != 1 or OCSP_SIGNING not in (named[0].extended_key_usage or ()):
            raise Refusal("ocsp_responder")
        if named[0].key_usage is not None and "digital_signature" not in named[0].key_usage:
            raise Refusal("ocsp_responder")
        responder = appointed(named[0].der, path.authority.der)
        if not (responder.is_valid_at(produced_at) and path.authority.is_valid_at(produced_at)):
            raise Refusal("ocsp_responder")
    return responder


def _certificates(listed: Any) -> list[Certificate]:
    if len(listed) > MAX_CERTIFICATES:
        raise Refusal("ocsp_responder")
    return [_read(each.dump()) for each in listed]


def _read(der: bytes) -> Certificate:
    try:
        return _read_once(der)
    except Refusal:
        return certificate(der)


@lru_cache(maxsize=64)
def _read_once(der: bytes) -> Certificate:
    """A responder's own, which it sends with every answer. What is refused is not kept: certificates of
    another purpose, people's among them, have no place in the cache.
    """
    read = certificate(der)
    if OCSP_SIGNING not in (read.extended_key_usage or ()):
        raise Refusal("ocsp_responder")
    return read


def _is_named(candidate: Certificate, identifier: Any) -> bool:
    if identifier.name == "by_key":
        # SHA-1 is what RFC 6960 names a key by; the signature is checked with the key itself.
        return bool(identifier.native == hashlib.sha1(candidate.key.bits, usedforsecurity=False).digest())
    return bool(identifier.chosen.untag().dump() == candidate.subject)


def _check_signature(signed: Any, responder: Certificate) -> None:
    unused, signature = signed["signature"].contents[0], signed["signature"].contents[1:]
    with renamed("ocsp_signature"):
        digest = agreed_digest(algorithm(signed["signature_algorithm"].dump()), None, responder.key)
        data = signed["tbs_response_data"].dump()
        if unused or not signature_holds(responder.key, digest, data, signature, lasting=True):
            raise Refusal("ocsp_signature")


def _single(responses: Any, path: Path) -> Any:
    """The one response there is, if it is about the leaf: that another certificate is good proves nothing."""
    if len(responses) != 1:
        raise Refusal("ocsp_other_certificate")
    identifier = responses[0]["cert_id"]
    expected = (
        SHA256,
        hashlib.sha256(path.leaf.issuer).digest(),
        hashlib.sha256(path.authority.key.bits).digest(),
        path.leaf.serial_number,
    )
    given = (
        identifier["hash_algorithm"]["algorithm"].dotted,
        identifier["issuer_name_hash"].native,
        identifier["issuer_key_hash"].native,
        identifier["serial_number"].native,
    )
    if given != expected:
        raise Refusal("ocsp_other_certificate")
    return responses[0]


def _check_nonce(extensions: list[Any], nonce: bytes) -> None:
    """The nonce as it was sent: an octet string inside the octets of the extension (RFC 8954, 2.1)."""
    given = [each["extn_value"].contents for each in extensions if each["extn_id"].dotted == NONCE]
    if len(given) != 1 or not hmac.compare_digest(given[0], OctetString(nonce).dump()):
        raise Refusal("ocsp_nonce")


def _check_fresh(data: Any, single: Any, *, policy: Policy, checked_at: datetime) -> None:
    for moment in (_moment(data["produced_at"]), _moment(single["this_update"])):
        if not checked_at - policy.ocsp_age <= moment <= checked_at + policy.clock_skew:
            raise Refusal("ocsp_stale")
    until = single["next_update"].native
    if until is not None and until < checked_at - policy.clock_skew:
        raise Refusal("ocsp_stale")


def _revocation(status: Any) -> Revocation | None:
    if status.name == "good":
        return None
    if status.name != "revoked":
        raise Refusal("certificate_unknown")
    reason = status.chosen["revocation_reason"].native or "unspecified"
    return Revocation(at=_moment(status.chosen["revocation_time"]), reason=reason)


def _moment(value: Any) -> datetime:
    moment: datetime = value.native
    if moment.tzinfo is None:
        raise Refusal("ocsp_malformed")
    return moment.astimezone(UTC)
