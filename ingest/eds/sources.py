"""Where revocation is asked: the one door of the verifier to the world."""

from typing import Protocol


class Unreachable(Exception):
    """The source gave no answer at all: no connection, time out, an HTTP error. A bad answer is no outage."""


class Sources(Protocol):
    """Each method takes the SHA-256 fingerprint (hexadecimal) of the issuing authority's certificate.

    All raise ``Unreachable``, and nothing else.
    """

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        """The DER answer to the DER request of RFC 6960."""

    def crl(self, *, issuer: str) -> bytes:
        """The full revocation list, DER."""

    def delta(self, *, issuer: str) -> bytes | None:
        """The delta list, DER; None where the authority publishes none."""
