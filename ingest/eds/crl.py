"""Revocation lists, full and delta (RFC 5280, 5), for when the responder cannot be reached.

`cryptography` looks a number up in a list of 400,000 in some 20 ms; asn1crypto would take ten seconds to read
it. The signature of such a list by GOST takes half a minute of Streebog in Python: it is checked once for
each list, and that is the work of a job, not of a request (docs/eds.md).
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ingest.eds.algorithms import agreed_digest, algorithm, signature_holds
from ingest.eds.certificates import pinned
from ingest.eds.der import refusing, renamed
from ingest.eds.path import Path
from ingest.eds.policy import Policy
from ingest.eds.refusals import Refusal
from ingest.eds.revocation import Revocation

UNSPECIFIED = "unspecified"
REMOVED = "remove_from_crl"


@dataclass(frozen=True)
class RevocationList:
    """A list whose signature holds."""

    entries: x509.CertificateRevocationList = field(repr=False)
    this_update: datetime
    next_update: datetime
    number: int | None
    # Of the full list that a delta adds to; None for a full one.
    base_number: int | None

    def entry(self, serial_number: int) -> Revocation | None:
        found = self.entries.get_revoked_certificate_by_serial_number(serial_number)
        if found is None:
            return None
        reason = UNSPECIFIED
        for extension in found.extensions:
            if isinstance(extension.value, x509.CRLReason):
                reason = extension.value.reason.name
            elif extension.critical:
                raise Refusal("crl_malformed")
        return Revocation(at=found.revocation_date_utc, reason=reason)


@refusing("crl_malformed")
def status(
    lists: tuple[bytes, ...], path: Path, *, policy: Policy, since: datetime, checked_at: datetime
) -> Revocation | None:
    """What a full list and, where there is one, its delta (DER, in this order) say about the leaf of a path.

    ``since``: the time that the signature counts from. Lists of before it know nothing of a key that was
    revoked in between, and who silences the responder would sign with it until the next list: the newest has
    to be of after that time. Refuses every ``crl_…``.
    """
    full, *deltas = [_verified(each, path.authority.der) for each in lists]
    if full.base_number is not None or len(deltas) > 1:
        raise Refusal("crl_malformed")
    for each in (full, *deltas):
        if not each.this_update - policy.clock_skew <= checked_at <= each.next_update:
            raise Refusal("crl_stale")
    found = full.entry(path.leaf.serial_number)
    for delta in deltas:
        _check_adds_to(delta, full)
        newer = delta.entry(path.leaf.serial_number)
        if newer is not None:
            found = None if newer.reason == REMOVED else newer
    newest = max(each.this_update for each in (full, *deltas))
    if found is None and newest < since - policy.clock_skew:
        raise Refusal("crl_stale")
    return found


def _check_adds_to(delta: RevocationList, full: RevocationList) -> None:
    """RFC 5280, 5.2.4: what the two leave out together must be nothing."""
    if delta.base_number is None or delta.number is None or full.number is None:
        raise Refusal("crl_malformed")
    if not delta.base_number <= full.number <= delta.number:
        raise Refusal("crl_stale")


# A full list and its delta of each of two authorities.
@lru_cache(maxsize=4)
def _verified(der: bytes, authority: bytes) -> RevocationList:
    """A list read and its signature checked, once for each list."""
    issuer = pinned(authority)
    try:
        entries = x509.load_der_x509_crl(der)
        number, base_number = _numbers(entries)
    except (UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise ValueError("not a list") from error
    envelope = CertificateList.load(der, strict=True)
    header, outer = envelope["tbs_cert_list"], envelope["signature_algorithm"].dump()
    if header["signature"].dump() != outer or header["issuer"].dump() != issuer.subject:
        raise Refusal("crl_issuer")
    if issuer.key_usage is None or "crl_sign" not in issuer.key_usage:
        raise Refusal("crl_issuer")
    with renamed("crl_signature"):
        digest = agreed_digest(algorithm(outer), None, issuer.key)
        if not signature_holds(
            issuer.key, digest, entries.tbs_certlist_bytes, entries.signature, lasting=True
        ):
            raise Refusal("crl_signature")
    if entries.next_update_utc is None:
        raise Refusal("crl_malformed")
    return RevocationList(entries, entries.last_update_utc, entries.next_update_utc, number, base_number)


def _numbers(entries: x509.CertificateRevocationList) -> tuple[int | None, int | None]:
    """The number of a list and, for a delta, of the list it adds to; ValueError over what else narrows it."""
    number = base_number = None
    for extension in entries.extensions:
        value = extension.value
        if isinstance(value, x509.CRLNumber):
            number = value.crl_number
        elif isinstance(value, x509.DeltaCRLIndicator):
            base_number = value.crl_number
        elif isinstance(value, x509.IssuingDistributionPoint):
            if value.indirect_crl or value.only_contains_ca_certs or value.only_contains_attribute_certs:
                raise ValueError("a list of others")
            if value.only_some_reasons:
                raise ValueError("a list of some reasons")
        elif extension.critical:
            raise ValueError("a critical extension that nobody understands")
    return number, base_number
