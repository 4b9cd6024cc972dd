"""Whom this portal trusts, from its settings: the national authority, and that of a demonstration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ingest.demo_authority import demo_anchors, demo_sources
from ingest.eds.anchors import AnchorsMissing, fingerprint, load_anchors, missing
from ingest.eds.fetch import HttpSources
from ingest.eds.policy import Anchors, Policy, Purpose, Role
from ingest.eds.sources import Sources


@dataclass(frozen=True)
class ByIssuer:
    """Sources of certain issuers (fingerprints), and of all others."""

    issuers: frozenset[str]
    theirs: Sources
    others: Sources

    def ocsp(self, *, issuer: str, request: bytes) -> bytes:
        return self._of(issuer).ocsp(issuer=issuer, request=request)

    def crl(self, *, issuer: str) -> bytes:
        return self._of(issuer).crl(issuer=issuer)

    def delta(self, *, issuer: str) -> bytes | None:
        return self._of(issuer).delta(issuer=issuer)

    def _of(self, issuer: str) -> Sources:
        return self.theirs if issuer in self.issuers else self.others


def policy_for(
    *,
    purpose: Purpose,
    role: Role,
    issued_at: datetime,
    expires_at: datetime,
    same_person: Callable[[str], bool] | None = None,
    organisation_bin: str | None = None,
) -> Policy:
    """What to ask of a signature, with the anchors of this portal. Raises ``AnchorsMissing``."""
    return Policy(
        anchors=trusted_anchors(),
        purpose=purpose,
        role=role,
        issued_at=issued_at,
        expires_at=expires_at,
        same_person=same_person,
        organisation_bin=organisation_bin,
    )


def trusted_anchors() -> Anchors:
    """The national authority's certificates and the demonstration's. Raises ``AnchorsMissing``.

    A demonstration works without the national ones, which not every machine can fetch; a production portal
    has no demonstration, so it does not.
    """
    demo = demo_anchors()
    if missing(settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS):
        if not demo.roots:
            raise AnchorsMissing(
                _("Signatures cannot be verified yet: the operator must run geoportal fetch_anchors.")
            )
        return demo
    national = _national(settings.EDS_ANCHORS_DIR, settings.EDS_ANCHORS)
    return Anchors(
        roots=national.roots + demo.roots,
        authorities=national.authorities + demo.authorities,
        demo=national.demo | demo.demo,
    )


def sources(*, lists: bool = False) -> Sources:
    """Where revocation is asked. ``lists`` is for jobs: whole lists take longer than anybody would wait."""
    demo = frozenset(fingerprint(der) for der in demo_anchors().authorities)
    national = _http(
        settings.EDS_OCSP_URL,
        tuple(settings.EDS_CRL_URLS.items()),
        tuple(settings.EDS_DELTA_URLS.items()),
        settings.EDS_TIMEOUT_S,
        lists,
    )
    return ByIssuer(demo, demo_sources(), national)


@cache
def _national(folder: Path, fingerprints: tuple[str, ...]) -> Anchors:
    return load_anchors(folder, fingerprints)


@cache
def _http(
    ocsp_url: str,
    crl_urls: tuple[tuple[str, str], ...],
    delta_urls: tuple[tuple[str, str], ...],
    timeout_s: float,
    lists: bool,
) -> HttpSources:
    """One for a process, which keeps the lists that it has fetched."""
    return HttpSources(ocsp_url, dict(crl_urls), dict(delta_urls), timeout_s, lists)
