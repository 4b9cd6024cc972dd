"""Whether a SignedData is signed by the certificate it names, over the content that we have (RFC 5652, 5)."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from asn1crypto import tsp
from asn1crypto.core import ObjectIdentifier, OctetString
from asn1crypto.x509 import Time

from ingest.eds.algorithms import DIGESTS, agreed_digest, signature_holds
from ingest.eds.certificates import Certificate
from ingest.eds.cms import SignedData
from ingest.eds.der import refusing
from ingest.eds.refusals import Refusal

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SIGNING_CERTIFICATES = {
    SIGNING_CERTIFICATE: tsp.SigningCertificate,
    SIGNING_CERTIFICATE_V2: tsp.SigningCertificateV2,
}
SHA1 = "1.3.14.3.2.26"

# ESSCertID (RFC 2634) knows SHA-1 only, and timestamping authorities still write it. Here it adds to a
# certificate that is found by name and pinned by its path already, and to cheat it would take a second
# preimage.
_CERTIFICATE_DIGESTS = DIGESTS | {SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest()}


def check_signature(data: SignedData, signer: Certificate, content: bytes, *, lasting: bool = False) -> str:
    """The OID of the digest of a signature that holds.

    Refuses ``algorithm_not_allowed``, ``algorithm_mismatch``, ``attributes_missing``,
    ``content_type_mismatch``, ``digest_mismatch`` and ``signature_wrong``.
    """
    digest = agreed_digest(data.signature_algorithm, data.digest, signer.key)
    if _single(data, CONTENT_TYPE, ObjectIdentifier).dotted != data.content_type:
        raise Refusal("content_type_mismatch")
    given = _single(data, MESSAGE_DIGEST, OctetString).native
    if not hmac.compare_digest(given, DIGESTS[digest](content)):
        raise Refusal("digest_mismatch")
    if not signature_holds(signer.key, digest, data.signed, data.signature, lasting=lasting):
        raise Refusal("signature_wrong")
    return digest


@refusing("malformed")
def signing_time(data: SignedData) -> datetime:
    """What the signer's own clock said, aware; refuses ``attributes_missing``."""
    moment: datetime = _single(data, SIGNING_TIME, Time).native
    if moment.tzinfo is None:
        raise Refusal("malformed")
    return moment


@refusing("malformed")
def check_signing_certificate(data: SignedData, signer: Certificate, *, required: bool) -> None:
    """Refuses ``signing_certificate_mismatch`` if the attribute, in either version, names another one, and
    ``signing_certificate_missing`` if it is required and absent.
    """
    present = [oid for oid in SIGNING_CERTIFICATES if oid in data.attributes]
    if required and not present:
        raise Refusal("signing_certificate_missing")
    for oid in present:
        named = _single(data, oid, SIGNING_CERTIFICATES[oid])["certs"][0]
        # ESSCertID has no algorithm in it; ESSCertIDv2 leaves it out for SHA-256.
        digest = SHA1 if oid == SIGNING_CERTIFICATE else named["hash_algorithm"]["algorithm"].dotted
        if digest not in _CERTIFICATE_DIGESTS:
            raise Refusal("algorithm_not_allowed")
        same = hmac.compare_digest(named["cert_hash"].native, _CERTIFICATE_DIGESTS[digest](signer.der))
        number = named["issuer_serial"]["serial_number"].native if named["issuer_serial"].native else None
        if not same or number not in (None, signer.serial_number):
            raise Refusal("signing_certificate_mismatch")


@refusing("malformed")
def _single(data: SignedData, oid: str, kind: Any) -> Any:
    """The only value of a signed attribute, read as ``kind``; refuses ``attributes_missing``."""
    values = data.attributes.get(oid, ())
    if len(values) != 1:
        raise Refusal("attributes_missing")
    return kind.load(values[0], strict=True)
