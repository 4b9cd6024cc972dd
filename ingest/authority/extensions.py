"""Extensions of certificates (RFC 5280 4.2), each whole: OID, critical or not, value."""

from ingest.authority import oids
from ingest.authority.der import (
    boolean,
    content_of,
    context,
    ia5,
    integer,
    named_bits,
    null,
    octets,
    oid,
    sequence,
)

# Bits of keyUsage (RFC 5280 4.2.1.3).
DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_ENCIPHERMENT, KEY_AGREEMENT, KEY_CERT_SIGN, CRL_SIGN = (
    0,
    1,
    2,
    4,
    5,
    6,
)


def extension(kind: str, value: bytes, *, critical: bool = False) -> bytes:
    return sequence(oid(kind), *([boolean(True)] if critical else []), octets(value))


def key_usage(*bits: int) -> bytes:
    return extension(oids.KEY_USAGE, named_bits(*bits), critical=True)


def extended_key_usage(*purposes: str, critical: bool = False) -> bytes:
    return extension(oids.EXTENDED_KEY_USAGE, sequence(*map(oid, purposes)), critical=critical)


def basic_constraints(*, path_length: int | None = None) -> bytes:
    length = [] if path_length is None else [integer(path_length)]
    return extension(oids.BASIC_CONSTRAINTS, sequence(boolean(True), *length), critical=True)


def subject_key(identifier: bytes) -> bytes:
    return extension(oids.SUBJECT_KEY_IDENTIFIER, octets(identifier))


def authority_key(identifier: bytes) -> bytes:
    return extension(oids.AUTHORITY_KEY_IDENTIFIER, sequence(context(0, identifier, primitive=True)))


def policies(policy: str, *, cps: str) -> bytes:
    qualifier = sequence(oid(oids.CPS), ia5(cps))
    return extension(oids.CERTIFICATE_POLICIES, sequence(sequence(oid(policy), sequence(qualifier))))


def information_access(*, issuer: str, ocsp: str = "") -> bytes:
    places = [(oids.OCSP, ocsp), (oids.CA_ISSUERS, issuer)]
    return extension(
        oids.AUTHORITY_INFORMATION_ACCESS,
        sequence(*(sequence(oid(kind), _address(url)) for kind, url in places if url)),
    )


def distribution_points(url: str, *, kind: str = oids.CRL_DISTRIBUTION_POINTS) -> bytes:
    """Where the list is, or with ``kind`` FRESHEST_CRL where the changes since the list are."""
    return extension(kind, sequence(sequence(context(0, context(0, _address(url))))))


def no_check(value: bytes | None = None) -> bytes:
    """A responder that is trusted while its certificate is valid (RFC 6960 4.2.2.2.1): NULL."""
    return extension(oids.OCSP_NO_CHECK, null() if value is None else value)


def key_store() -> bytes:
    """The key is a file (PKCS#12)."""
    return extension(oids.KEY_STORE, sequence(oid(oids.KEY_STORE_FILE)))


def _address(url: str) -> bytes:
    """GeneralName: uniformResourceIdentifier."""
    return context(6, content_of(ia5(url)), primitive=True)
