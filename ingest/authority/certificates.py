"""Certificates of X.509 (RFC 5280 4.1)."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from ingest.authority.der import bits, context, integer, sequence, time
from ingest.authority.extensions import authority_key, subject_key
from ingest.authority.keys import Key


def new_serial() -> int:
    """Positive, of at most 20 octets (RFC 5280 4.1.2.2)."""
    return secrets.randbits(158) + 1


@dataclass(frozen=True)
class Profile:
    """What a certificate says of its subject. A bad one is a good one with a field replaced.

    ``subject`` is the DER of a name, ``extensions`` are whole ones; the two identifiers of keys are added.
    """

    subject: bytes
    not_before: datetime
    not_after: datetime
    extensions: tuple[bytes, ...]
    serial: int = field(default_factory=new_serial)


@dataclass(frozen=True)
class Certified:
    """A key with its certificate. ``subject`` and ``issuer`` are the DER of names."""

    certificate: bytes
    key: Key
    subject: bytes
    issuer: bytes
    serial: int

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.certificate).hexdigest()


def certify(profile: Profile, *, key: Key, issuer: bytes, issuer_key: Key) -> Certified:
    """The certificate of ``key`` with ``profile`` by the authority of that name and key."""
    body = sequence(
        context(0, integer(2)),
        integer(profile.serial),
        issuer_key.signature_algorithm,
        issuer,
        sequence(time(profile.not_before), time(profile.not_after)),
        profile.subject,
        sequence(key.algorithm, bits(key.public)),
        context(
            3,
            sequence(
                *profile.extensions,
                subject_key(key_identifier(key)),
                authority_key(key_identifier(issuer_key)),
            ),
        ),
    )
    return Certified(signed(body, issuer_key), key, profile.subject, issuer, profile.serial)


def signed(body: bytes, key: Key) -> bytes:
    """Certificates, lists and answers end alike: body, algorithm, signature."""
    return sequence(body, key.signature_algorithm, bits(key.sign(body)))


def key_identifier(key: Key) -> bytes:
    """SHA-1 of the public key's bits (RFC 5280 4.2.1.2, method 1)."""
    return hashlib.sha1(key.public, usedforsecurity=False).digest()
