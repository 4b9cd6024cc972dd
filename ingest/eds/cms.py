"""CMS SignedData (RFC 5652) with one signer, read strictly: the signature of a person and a timestamp alike.

Only the content and the signed attributes are signed. Every other part is held to the one form that it may
have, so that no bit of it can change unseen.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms
from asn1crypto.core import Void

from ingest.eds.algorithms import Algorithm, algorithm
from ingest.eds.certificates import Certificate, certificate
from ingest.eds.der import exact, from_ber, refusing
from ingest.eds.policy import Anchors
from ingest.eds.refusals import Refusal

# Of the signature as it arrives. A GOST one with a timestamp and its path has 6 KB.
MAX_BYTES = 64 * 1024
MAX_CERTIFICATES = 8

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"

_PEM = re.compile(r"\s*-----BEGIN (CMS|PKCS7)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True)
class SignedData:
    """A SignedData of one signer, in plain values; nothing of it has been verified."""

    content_type: str
    # None when detached.
    content: bytes | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    # The signer by the name of the issuer (DER) and the serial number of the certificate.
    issuer: bytes = field(repr=False)
    serial_number: int
    digest: Algorithm
    # The DER of the values of each signed attribute, by OID.
    attributes: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    # The attributes as they were signed: DER of a SET OF (RFC 5652, 5.4).
    signed: bytes = field(repr=False)
    signature_algorithm: Algorithm
    signature: bytes = field(repr=False)
    # The DER of the timestamp token, the only unsigned attribute that may be there.
    timestamp: bytes | None = field(repr=False)


def decoded(signature: bytes | str) -> bytes:
    """The one DER form of a signature that came as DER, BER, base64 or PEM.

    Refuses ``too_large`` and ``malformed``.

    What is stored and compared is this, so that the same signature cannot come twice in two disguises.
    """
    if len(signature) > MAX_BYTES:
        raise Refusal("too_large")
    with refusing("malformed"):
        if isinstance(signature, str):
            return from_ber(_from_text(signature))
        return from_ber(signature if signature[:1] == b"\x30" else _from_text(signature.decode("ascii")))


def _from_text(text: str) -> bytes:
    """Bytes out of PEM or base64, down to the unused bits of the last letter; ValueError if it is neither."""
    pem = _PEM.fullmatch(text)
    body = pem[2] if pem else text
    if not _BASE64.fullmatch(body):
        raise ValueError("neither PEM nor base64")
    letters = "".join(body.split())
    data = base64.b64decode(letters, validate=True)
    if base64.b64encode(data).decode() != letters:
        raise ValueError("not the canonical base64")
    return data


@refusing("malformed")
def signed_data(der: bytes, *, content_type: str = DATA) -> SignedData:
    """The parts of a ContentInfo in DER (as ``decoded`` gives it) whose content is of ``content_type`` (OID).

    Refuses ``malformed``, ``wrong_content_type``, the number of signers and of certificates, and parts that
    do not belong there.
    """
    info = exact(cms.ContentInfo.load(der, strict=True))
    if info["content_type"].dotted != SIGNED_DATA:
        raise Refusal("wrong_content_type")
    signed = exact(info["content"])
    inside = exact(signed["encap_content_info"])
    if inside["content_type"].dotted != content_type:
        raise Refusal("wrong_content_type")
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise Refusal("two_signers" if len(signers) else "no_signer")
    signer = exact(signers[0])
    if signer["sid"].name != "issuer_and_serial_number":
        raise Refusal("signer_identifier")
    digest = signer["digest_algorithm"].dump()
    digests = [each.dump() for each in signed["digest_algorithms"]]
    # RFC 5652, 5.1 and 5.3: v3 for content that is not data, and v1 for a signer who is named by issuer and
    # number.
    versions = ("v1" if content_type == DATA else "v3", "v1")
    if (
        (signed["version"].native, signer["version"].native) != versions
        or digests != [digest]
        or len(signed["crls"])
    ):
        raise Refusal("unexpected_element")
    attributes = signer["signed_attrs"].dump()
    if not attributes:
        raise Refusal("attributes_missing")
    return SignedData(
        content_type=content_type,
        content=None if isinstance(inside["content"], Void) else bytes(inside["content"]),
        certificates=_certificates(signed["certificates"]),
        issuer=exact(signer["sid"].chosen)["issuer"].dump(),
        serial_number=signer["sid"].chosen["serial_number"].native,
        digest=algorithm(digest),
        attributes=_attributes(signer["signed_attrs"]),
        # The tag of a SET OF takes the place of [0], both of one byte.
        signed=b"\x31" + attributes[1:],
        signature_algorithm=algorithm(signer["signature_algorithm"].dump()),
        signature=bytes(signer["signature"]),
        timestamp=_timestamp(signer["unsigned_attrs"]),
    )


def _certificates(bag: Any) -> tuple[bytes, ...]:
    if len(bag) > MAX_CERTIFICATES:
        raise Refusal("too_many_certificates")
    if any(each.name != "certificate" for each in bag):
        raise Refusal("unexpected_certificate")
    return tuple(each.chosen.dump() for each in bag)


def _attributes(listed: Any) -> dict[str, tuple[bytes, ...]]:
    attributes: dict[str, tuple[bytes, ...]] = {}
    for attribute in map(exact, listed):
        oid = attribute["type"].dotted
        if oid in attributes:
            raise Refusal("attribute_repeated")
        attributes[oid] = tuple(value.dump() for value in attribute["values"])
    return attributes


def _timestamp(listed: Any) -> bytes | None:
    if isinstance(listed, Void):
        return None
    unsigned = _attributes(listed)
    if set(unsigned) != {TIMESTAMP_TOKEN} or len(unsigned[TIMESTAMP_TOKEN]) != 1:
        raise Refusal("unexpected_attribute")
    return unsigned[TIMESTAMP_TOKEN][0]


def signer_certificate(data: SignedData, anchors: Anchors) -> Certificate:
    """The certificate that the signer names. Beside it the bag may hold what we pinned ourselves, no other.

    Refuses ``certificate_missing``, ``certificate_ambiguous``, ``unexpected_certificate``,
    ``certificate_malformed``.
    """
    known = {*anchors.roots, *anchors.authorities}
    others = [certificate(der) for der in data.certificates if der not in known]
    named = [
        each for each in others if (each.issuer, each.serial_number) == (data.issuer, data.serial_number)
    ]
    if not named:
        raise Refusal("certificate_missing")
    if len(named) > 1:
        raise Refusal("certificate_ambiguous")
    if others != named:
        raise Refusal("unexpected_certificate")
    return named[0]
