"""The timestamping service (RFC 3161): tokens over a hash, signed with the authority's own algorithm."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import tsp

from ingest.authority import cms, oids
from ingest.authority.certificates import Certified
from ingest.authority.der import content_of, generalized_time, integer, named_bits, octets, oid, sequence

GRANTED, REJECTION = 0, 2
# PKIFailureInfo, RFC 3161 2.4.2.
BAD_ALGORITHM, BAD_REQUEST, BAD_FORMAT, UNACCEPTED_POLICY = 0, 2, 5, 15


@dataclass(frozen=True)
class Stamp:
    """What a token says. ``algorithm`` is the DER of the imprint's AlgorithmIdentifier."""

    algorithm: bytes
    imprint: bytes
    at: datetime
    policy: str
    nonce: int | None = None


def token(stamp: Stamp, *, tsa: Certified, encloses_certificate: bool = True) -> bytes:
    """DER of the TimeStampToken."""
    info = sequence(
        integer(1),
        oid(stamp.policy),
        sequence(stamp.algorithm, octets(stamp.imprint)),
        integer(secrets.randbits(158)),
        generalized_time(stamp.at),
        *([] if stamp.nonce is None else [integer(stamp.nonce)]),
    )
    message = cms.Message(
        content=info,
        enclosed=info,
        attributes=cms.attributes(info, signer=tsa, at=stamp.at, content_type=oids.TST_INFO),
        certificates=(tsa.certificate,) if encloses_certificate else (),
        signature_algorithm=tsa.key.signature_algorithm,
        content_type=oids.TST_INFO,
        version=3,
    )
    return cms.signed_message(message, signer=tsa)


@dataclass(frozen=True)
class Asked:
    """``algorithm`` is the OID of the imprint's hash; ``policy`` None: any."""

    algorithm: str
    imprint: bytes
    policy: str | None
    nonce: int | None
    wants_certificate: bool


def read_request(request: bytes) -> Asked:
    """A TimeStampReq; ValueError if it cannot be read."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint, policy = asked["message_imprint"], asked["req_policy"]
        return Asked(
            imprint["hash_algorithm"]["algorithm"].dotted,
            imprint["hashed_message"].native,
            None if policy.native is None else policy.dotted,
            asked["nonce"].native,
            bool(asked["cert_req"].native),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a request of RFC 3161") from error


def respond(asked: Asked, *, policy: str, tsa: Certified, at: datetime, **oddities: Any) -> bytes:
    """DER of the TimeStampResp; ``oddities`` are fields of ``Stamp`` to replace."""
    if not hashes_with(tsa, asked.algorithm):
        return rejection(BAD_ALGORITHM)
    if len(asked.imprint) != len(tsa.key.digest(b"")):
        return rejection(BAD_REQUEST)
    if asked.policy not in (None, policy):
        return rejection(UNACCEPTED_POLICY)
    stamp = Stamp(tsa.key.digest_algorithm, asked.imprint, at, policy, asked.nonce)
    made = token(replace(stamp, **oddities), tsa=tsa, encloses_certificate=asked.wants_certificate)
    return sequence(sequence(integer(GRANTED)), made)


def hashes_with(tsa: Certified, algorithm: str) -> bool:
    """Whether the hash of that OID is the one that the service signs with."""
    return content_of(tsa.key.digest_algorithm).startswith(oid(algorithm))


def rejection(reason: int) -> bytes:
    return sequence(sequence(integer(REJECTION), named_bits(reason)))
