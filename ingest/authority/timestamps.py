"""The timestamping service (RFC 3161): tokens over a hash, signed with the authority's own algorithm."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import tsp

from ingest.authority import cms, oids
from ingest.authority.certificates import Certified
from ingest.authority.der import generalized_time, integer, named_bits, octets, oid, sequence

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


def respond(request: bytes, *, policy: str, tsa: Certified, at: datetime, **oddities: Any) -> bytes:
    """DER of the TimeStampResp to a TimeStampReq; ``oddities`` are fields of ``Stamp`` to replace."""
    try:
        asked = tsp.TimeStampReq.load(request, strict=True)
        imprint = asked["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].dotted
        hashed, nonce = imprint["hashed_message"].native, asked["nonce"].native
        wanted = asked["req_policy"].native and asked["req_policy"].dotted
        encloses = bool(asked["cert_req"].native)
    except (ValueError, KeyError, TypeError):
        return _rejection(BAD_FORMAT)
    if oid(algorithm) not in tsa.key.digest_algorithm:
        return _rejection(BAD_ALGORITHM)
    if len(hashed) != len(tsa.key.digest(b"")):
        return _rejection(BAD_REQUEST)
    if wanted not in (None, policy):
        return _rejection(UNACCEPTED_POLICY)
    stamp = Stamp(tsa.key.digest_algorithm, hashed, at, policy, nonce)
    made = token(replace(stamp, **oddities), tsa=tsa, encloses_certificate=encloses)
    return sequence(sequence(integer(GRANTED)), made)


def _rejection(reason: int) -> bytes:
    return sequence(sequence(integer(REJECTION), named_bits(reason)))
