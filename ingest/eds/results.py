"""What a verification gives back: who signed, when, and the evidence to check it again offline."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Identity:
    """The person of a certificate and the organisation they act for; its repr shows nothing personal."""

    # 12 digits, never checked against the check digit: the certificate is the authority (docs/eds.md).
    iin: str = field(repr=False)
    # 12 digits of the organisation, None for a person of their own.
    bin: str | None
    surname: str = field(repr=False)
    # The national profile keeps the patronymic in GIVENNAME; the name itself stands in the common name only.
    given_name: str = field(repr=False)
    common_name: str = field(repr=False)
    organisation: str | None


@dataclass(frozen=True)
class Evidence:
    """All that was asked of others, as DER: enough to repeat the verification without a network."""

    # The signer's certificate, the authority that issued it, its root.
    path: tuple[bytes, ...] = field(repr=False)
    # The answer of the OCSP responder, None when lists were used or nothing could be asked yet.
    ocsp: bytes | None = field(default=None, repr=False)
    # The full list and, where there is one, its delta.
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    # The RFC 3161 token that stands in the signature, None without.
    timestamp: bytes | None = field(default=None, repr=False)
    # Of the timestamp: its authority's certificate, who issued that, its root.
    timestamp_path: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Verified:
    """A signature that holds. With ``pending`` it is not accepted yet: revocation is still to be asked."""

    identity: Identity
    # "gost-2015-512", "rsa-sha256", "rsa-sha384" or "rsa-sha512".
    algorithm: str
    # Of the signer's certificate, hexadecimal.
    certificate_sha256: str
    # The time of the token, or of receipt where there is none; UTC.
    reference_time: datetime
    timestamp_time: datetime | None
    evidence: Evidence
    # An anchor of the demonstration stands behind the certificate or the timestamp.
    is_demo: bool
    # "revocation_unreachable", or None when every check was made.
    pending: str | None
    # The signature in its one DER form: what to store, and what may come only once.
    cms: bytes = field(repr=False)
