"""Authorities of this process as the sources that the verifier asks (``ingest.eds.sources.Sources``)."""

from dataclasses import dataclass

from ingest.authority.authority import Authority
from ingest.eds.sources import Unreachable


@dataclass(frozen=True)
class AuthoritySources:
    authorities: tuple[Authority, ...]

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        return self._of(issuer).ocsp(request)

    def crl(self, *, issuer: str) -> bytes:
        return self._of(issuer).crl()

    def delta(self, *, issuer: str) -> bytes | None:
        return self._of(issuer).delta()

    def _of(self, issuer: str) -> Authority:
        """The authority whose issuing certificate has that fingerprint."""
        for authority in self.authorities:
            if authority.issuing.fingerprint == issuer:
                return authority
        raise Unreachable(f"no authority here has the certificate {issuer}")
