"""X.509 certificates, read once and whole into plain values: what is not parsed later cannot fail later."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import x509
from asn1crypto.core import BitString, Boolean, ObjectIdentifier, OctetString, SequenceOf
from asn1crypto.core import Sequence as Asn1Sequence

from ingest.eds.algorithms import (
    GOST_SIGNATURE,
    Algorithm,
    AlgorithmIdentifier,
    PublicKey,
    agreed_digest,
    algorithm,
    public_key,
    signature_holds,
)
from ingest.eds.der import check, exact, refusing
from ingest.eds.refusals import Refusal

MAX_BYTES = 16 * 1024

KEY_USAGE = "2.5.29.15"
BASIC_CONSTRAINTS = "2.5.29.19"
EXTENDED_KEY_USAGE = "2.5.29.37"
CERTIFICATE_POLICIES = "2.5.29.32"
# Those whose meaning is applied here, or that restrict nothing by themselves (RFC 5280, 4.2.1.4).
UNDERSTOOD = {KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, CERTIFICATE_POLICIES}


class _Extension(Asn1Sequence):
    """An extension whose value stays bytes: asn1crypto's own class reads what it knows already on the way."""

    _fields = [
        ("extn_id", ObjectIdentifier),
        ("critical", Boolean, {"default": False}),
        ("extn_value", OctetString),
    ]


class _Extensions(SequenceOf):
    _child_spec = _Extension


class _TbsCertificate(Asn1Sequence):
    _fields = [
        *x509.TbsCertificate._fields[:-1],
        ("extensions", _Extensions, {"explicit": 3, "optional": True}),
    ]


class _Envelope(Asn1Sequence):
    """A certificate with the outer algorithm as bytes, which asn1crypto's own class reads by a table."""

    _fields = [
        ("tbs_certificate", _TbsCertificate),
        ("signature_algorithm", AlgorithmIdentifier),
        ("signature_value", BitString),
    ]


@dataclass(frozen=True)
class Certificate:
    der: bytes = field(repr=False)
    # SHA-256 of ``der``, hexadecimal.
    sha256: str
    serial_number: int
    # Names as DER, to be compared byte for byte, and the subject's attributes as (OID, text).
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    attributes: tuple[tuple[str, str], ...] = field(repr=False)
    not_before: datetime
    not_after: datetime
    key: PublicKey = field(repr=False)
    # Names of RFC 5280 as asn1crypto spells them ("non_repudiation"); None without the extension.
    key_usage: frozenset[str] | None
    # OIDs, and whether the extension is critical; None without it.
    extended_key_usage: frozenset[str] | None
    extended_key_usage_critical: bool
    is_authority: bool
    path_length: int | None
    # OIDs of critical extensions that nobody here understands.
    not_understood: frozenset[str]
    tbs: bytes = field(repr=False)
    signature_algorithm: Algorithm = field(repr=False)
    signature: bytes = field(repr=False)

    def is_valid_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after


@refusing("certificate_malformed")
def certificate(der: bytes) -> Certificate:
    """A certificate from DER; refuses ``certificate_malformed`` and ``key_not_allowed``."""
    if len(der) > MAX_BYTES:
        raise Refusal("certificate_malformed")
    parsed = exact(_Envelope.load(check(der), strict=True))
    tbs = parsed["tbs_certificate"]
    bits = parsed["signature_value"].contents
    extensions = _extensions(tbs["extensions"])
    inner, outer = tbs["signature"].dump(), parsed["signature_algorithm"].dump()
    serial_number = tbs["serial_number"].native
    # RFC 5280, 4.1.2.2: not negative; nobody can be asked about one that is.
    if tbs["version"].native != "v3" or inner != outer or bits[0] or serial_number < 0:
        raise Refusal("certificate_malformed")
    usage = _extension(extensions, KEY_USAGE, x509.KeyUsage)
    extended = _extension(extensions, EXTENDED_KEY_USAGE, x509.ExtKeyUsageSyntax)
    constraints = _extension(extensions, BASIC_CONSTRAINTS, x509.BasicConstraints)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        serial_number=serial_number,
        issuer=tbs["issuer"].dump(),
        subject=tbs["subject"].dump(),
        attributes=_attributes(tbs["subject"]),
        not_before=_moment(tbs["validity"]["not_before"].native),
        not_after=_moment(tbs["validity"]["not_after"].native),
        key=public_key(tbs["subject_public_key_info"].dump()),
        key_usage=None if usage is None else frozenset(usage.native),
        extended_key_usage=None if extended is None else frozenset(purpose.dotted for purpose in extended),
        extended_key_usage_critical=extensions.get(EXTENDED_KEY_USAGE, (False, b""))[0],
        is_authority=constraints is not None and constraints["ca"].native,
        path_length=None if constraints is None else constraints["path_len_constraint"].native,
        not_understood=frozenset(oid for oid, (critical, _) in extensions.items() if critical) - UNDERSTOOD,
        tbs=tbs.dump(),
        signature_algorithm=algorithm(outer),
        signature=bits[1:],
    )


def _extensions(listed: Iterable[Any]) -> dict[str, tuple[bool, bytes]]:
    """Each extension by OID: whether it is critical, and its raw value.

    Raw, since certificates of the national responders carry a nocheck extension of no bytes at all, which no
    parser of its type accepts (docs/eds.md).
    """
    extensions: dict[str, tuple[bool, bytes]] = {}
    for extension in listed:
        oid = extension["extn_id"].dotted
        if oid in extensions:
            raise Refusal("certificate_malformed")
        extensions[oid] = (extension["critical"].native, extension["extn_value"].contents)
    return extensions


def _extension(extensions: Mapping[str, tuple[bool, bytes]], oid: str, kind: Any) -> Any:
    return kind.load(check(extensions[oid][1]), strict=True) if oid in extensions else None


def _attributes(name: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (attribute["type"].dotted, str(attribute["value"].native))
        for relative in name.chosen
        for attribute in relative
    )


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(UTC)


def is_issued_by(child: Certificate, issuer: Certificate) -> bool:
    """Whether the names join and the issuer's key made the child's signature; whether it may is not asked.

    Refuses ``algorithm_not_allowed``.
    """
    by_gost = child.signature_algorithm.oid == GOST_SIGNATURE
    if child.issuer != issuer.subject or by_gost != issuer.key.is_gost:
        return False
    digest = agreed_digest(child.signature_algorithm, None, issuer.key)
    return signature_holds(issuer.key, digest, child.tbs, child.signature, lasting=True)


@lru_cache(maxsize=64)
def pinned(der: bytes) -> Certificate:
    """A certificate that we named ourselves, read once. For no others: the cache would keep people's."""
    return certificate(der)
