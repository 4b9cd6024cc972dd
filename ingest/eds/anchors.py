"""The certificates that we trust, kept in a folder and believed by their SHA-256 fingerprints alone."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from asn1crypto import pem

from geoportal.lib.errors import DomainError
from ingest.eds.certificates import Certificate, certificate
from ingest.eds.policy import Anchors

# In the names of authorities whose keys anybody may have: the National Certification Authority publishes keys
# of its test stand, and a demonstration signs for whoever asks.
FOR_TRYING = ("TEST", "ДЕМОНСТРАЦИЯ")


class AnchorsMissing(DomainError):
    """Certificates that the settings name are not in their folder."""

    code = "anchors_missing"


def fingerprint(der: bytes) -> str:
    """SHA-256 in hexadecimal, lower case."""
    return hashlib.sha256(der).hexdigest()


def from_file(data: bytes) -> bytes:
    """The DER of a certificate in a file of PEM or DER; ValueError if the file is no PEM after all."""
    if not pem.detect(data):
        return data
    der: bytes = pem.unarmor(data)[2]
    return der


def place(folder: Path, name: str) -> Path:
    """Where the certificate of that fingerprint is kept."""
    return folder / f"{name}.cer"


def missing(folder: Path, fingerprints: Iterable[str]) -> list[str]:
    """The fingerprints whose certificates are not in the folder, or are other than they say."""
    return [name for name in fingerprints if _kept(folder, name) is None]


def load_anchors(folder: Path, fingerprints: Iterable[str]) -> Anchors:
    """The certificates of these fingerprints: roots are those that sign themselves. What is for trying counts
    as a demonstration's.

    Raises ``AnchorsMissing``, and ``Refusal`` for a certificate that cannot be one.
    """
    names = list(fingerprints)
    absent = missing(folder, names)
    if absent:
        raise AnchorsMissing(
            f"{len(absent)} of {len(names)} certificates of the authority are missing in {folder}: "
            "run geoportal fetch_anchors"
        )
    kept = [certificate(place(folder, name).read_bytes()) for name in names]
    return Anchors(
        roots=tuple(each.der for each in kept if each.issuer == each.subject),
        authorities=tuple(each.der for each in kept if each.issuer != each.subject),
        demo=frozenset(each.sha256 for each in kept if _is_for_trying(each)),
    )


def for_trying(folder: Path, fingerprints: Iterable[str]) -> list[str]:
    """The fingerprints of certificates in the folder that no portal may trust that people rely on."""
    found = {name: _kept(folder, name) for name in fingerprints}
    return [name for name, der in found.items() if der is not None and _is_for_trying(certificate(der))]


def _is_for_trying(authority: Certificate) -> bool:
    return any(word in text.upper() for _, text in authority.attributes for word in FOR_TRYING)


def _kept(folder: Path, name: str) -> bytes | None:
    path = place(folder, name)
    if not path.is_file():
        return None
    data = path.read_bytes()
    return data if fingerprint(data) == name else None
