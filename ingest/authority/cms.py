"""Signed messages (RFC 5652) as NCALayer makes them: SignedData with one signer and signed attributes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.authority import oids
from ingest.authority.certificates import Certified
from ingest.authority.der import content_of, context, integer, octets, oid, sequence, set_of, time


@dataclass(frozen=True)
class Message:
    """What is signed, and what is said around it. A bad message is a good one with a field replaced.

    ``content`` is what was hashed, ``enclosed`` what is sent along (None: detached). ``attributes`` are whole
    and signed. ``stamp`` gives the timestamp token over the octets of the signature. ``identifier`` names the
    signer otherwise than by issuer and serial number.
    """

    content: bytes
    enclosed: bytes | None
    attributes: tuple[bytes, ...]
    certificates: tuple[bytes, ...]
    signature_algorithm: bytes
    content_type: str = oids.DATA
    version: int = 1
    stamp: Callable[[bytes], bytes] | None = None
    further_unsigned: tuple[bytes, ...] = ()
    further_signers: tuple[bytes, ...] = ()
    identifier: bytes | None = None


def attribute(kind: str, value: bytes) -> bytes:
    return sequence(oid(kind), set_of(value))


def attributes(
    content: bytes, *, signer: Certified, at: datetime, content_type: str = oids.DATA
) -> tuple[bytes, ...]:
    """The signed attributes that NCALayer writes; ESSCertIDv2 leaves SHA-256 out, since it is the default."""
    certificate_identifier = sequence(octets(hashlib.sha256(signer.certificate).digest()))
    return (
        attribute(oids.CONTENT_TYPE, oid(content_type)),
        attribute(oids.SIGNING_TIME, time(at)),
        attribute(oids.MESSAGE_DIGEST, octets(signer.key.digest(content))),
        attribute(oids.SIGNING_CERTIFICATE_V2, sequence(sequence(certificate_identifier))),
    )


def signed_message(message: Message, *, signer: Certified) -> bytes:
    """DER of ContentInfo with SignedData."""
    enclosed = [] if message.enclosed is None else [context(0, octets(message.enclosed))]
    signers = (signer_info(message, signer=signer), *message.further_signers)
    return sequence(
        oid(oids.SIGNED_DATA),
        context(
            0,
            sequence(
                integer(message.version),
                set_of(signer.key.digest_algorithm),
                sequence(oid(message.content_type), *enclosed),
                *([context(0, b"".join(message.certificates))] if message.certificates else []),
                set_of(*signers),
            ),
        ),
    )


def signer_info(message: Message, *, signer: Certified) -> bytes:
    signed = set_of(*message.attributes)
    signature = signer.key.sign(signed)
    unsigned = list(message.further_unsigned)
    if message.stamp is not None:
        unsigned.append(attribute(oids.TIMESTAMP_TOKEN, message.stamp(signature)))
    return sequence(
        integer(1),
        message.identifier or sequence(signer.issuer, integer(signer.serial)),
        signer.key.digest_algorithm,
        context(0, content_of(signed)),
        message.signature_algorithm,
        octets(signature),
        *([context(1, content_of(set_of(*unsigned)))] if unsigned else []),
    )
