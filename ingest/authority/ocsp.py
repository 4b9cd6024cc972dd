"""The responder of OCSP (RFC 6960): delegated, with the nonce of the request in its answer."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import ocsp as asn1_ocsp

from ingest.authority import oids
from ingest.authority.certificates import Certified, signed
from ingest.authority.der import content_of, context, enumerated, generalized_time, octets, oid, sequence
from ingest.authority.extensions import extension
from ingest.authority.register import Event, Register

# OCSPResponseStatus, RFC 6960 4.2.1.
SUCCESSFUL, MALFORMED_REQUEST, UNAUTHORIZED = 0, 1, 6
HASHES = {oids.SHA1: hashlib.sha1, oids.SHA256: hashlib.sha256}


@dataclass(frozen=True)
class Asked:
    """One certificate that a request asks of; ``identifier`` is the DER of its CertID."""

    identifier: bytes
    algorithm: str
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True)
class Answer:
    """What the responder says: pairs of CertID and CertStatus (DER), and around them.

    A bad answer is a good one with a field replaced. ``nonce`` is the value of the extension, None without.
    """

    entries: tuple[tuple[bytes, bytes], ...]
    this_update: datetime
    next_update: datetime | None
    produced_at: datetime
    nonce: bytes | None
    responder: Certified
    certificates: tuple[bytes, ...]


def read_request(request: bytes) -> tuple[list[Asked], bytes | None]:
    """What is asked and the nonce; ValueError if it cannot be read."""
    try:
        body = asn1_ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
        asked = [_asked(entry["req_cert"]) for entry in body["request_list"]]
        kinds = {e["extn_id"].dotted: e["extn_value"].contents for e in body["request_extensions"] or ()}
    except (KeyError, TypeError) as error:
        raise ValueError("not a request of OCSP") from error
    return asked, kinds.get(oids.OCSP_NONCE)


def _asked(identifier: asn1_ocsp.CertId) -> Asked:
    return Asked(
        identifier.dump(),
        identifier["hash_algorithm"]["algorithm"].dotted,
        identifier["issuer_name_hash"].native,
        identifier["issuer_key_hash"].native,
        identifier["serial_number"].native,
    )


def is_of(asked: Asked, issuer: Certified) -> bool:
    """Whether the certificate that is asked of would be one of ``issuer``'s."""
    if asked.algorithm not in HASHES:
        return False
    hashed = HASHES[asked.algorithm]
    return (asked.name_hash, asked.key_hash) == (
        hashed(issuer.subject).digest(),
        hashed(issuer.key.public).digest(),
    )


def state(serial: int, register: Register, *, at: datetime) -> bytes:
    """CertStatus of a certificate of ours: good, revoked, or unknown if we never issued it."""
    if serial not in register.issued:
        return unknown()
    event = register.state(serial, at=at)
    return good() if event is None else revoked(event)


def good() -> bytes:
    return context(0, b"", primitive=True)


def unknown() -> bytes:
    return context(2, b"", primitive=True)


def revoked(event: Event) -> bytes:
    return context(1, generalized_time(event.at) + context(0, enumerated(event.reason)))


def failure(status: int) -> bytes:
    """An answer without a signature: why there is none."""
    return sequence(enumerated(status))


def response(answer: Answer) -> bytes:
    """DER of the OCSPResponse."""
    key = answer.responder.key
    nonce = [] if answer.nonce is None else [context(1, sequence(extension(oids.OCSP_NONCE, answer.nonce)))]
    body = sequence(
        context(1, answer.responder.subject),
        generalized_time(answer.produced_at),
        sequence(*(_single(identifier, status, answer) for identifier, status in answer.entries)),
        *nonce,
    )
    enclosed = [context(0, sequence(*answer.certificates))] if answer.certificates else []
    basic = sequence(content_of(signed(body, key)) + b"".join(enclosed))
    return sequence(enumerated(SUCCESSFUL), context(0, sequence(oid(oids.OCSP_BASIC), octets(basic))))


def _single(identifier: bytes, status: bytes, answer: Answer) -> bytes:
    until = [] if answer.next_update is None else [context(0, generalized_time(answer.next_update))]
    return sequence(identifier, status, generalized_time(answer.this_update), *until)
