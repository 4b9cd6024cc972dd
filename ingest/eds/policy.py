"""What a signature is asked for: whom we trust, what it is good for, and within which window of time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Purpose(Enum):
    # Needs the signing certificate of the national profile: nonRepudiation and emailProtection.
    SIGN = "sign"
    # Takes the authentication certificate (clientAuth) or the signing one.
    LOGIN = "login"


class Role(Enum):
    PERSON = "person"
    # A head or somebody with the right to sign: the role stands in the certificate.
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Anchors:
    """Certificates that are trusted because we named them, as DER. Nothing that a client sends joins them."""

    roots: tuple[bytes, ...]
    # Issuing authorities, each signed by one of the roots.
    authorities: tuple[bytes, ...]
    # SHA-256 fingerprints (hexadecimal) of those that belong to a demonstration.
    demo: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Policy:
    anchors: Anchors
    purpose: Purpose
    role: Role
    # The window of the request that was signed, aware.
    issued_at: datetime
    expires_at: datetime
    # Given the IIN of the certificate, whether it is the person who is signed in; None: anybody.
    same_person: Callable[[str], bool] | None = None
    # The BIN acted for; None: any organisation (where the role is that of an organisation).
    organisation_bin: str | None = None
    requires_timestamp: bool = False
    # NCALayer always adds the attribute; eGov Mobile may leave it out (docs/eds.md).
    requires_signing_certificate: bool = False
    # How far apart our clock, the signer's and the authorities' may be.
    clock_skew: timedelta = timedelta(minutes=10)
    # How old an answer of OCSP may be when it reaches us.
    ocsp_age: timedelta = timedelta(minutes=10)
