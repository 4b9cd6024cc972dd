"""The RFC 3161 token inside a signature: proof by a third party that the signature existed at a time.

Its authority has a path of its own: an RSA token may stand in a GOST signature.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import tsp

from ingest.eds.algorithms import DIGESTS
from ingest.eds.certificates import Certificate
from ingest.eds.cms import SignedData, signed_data, signer_certificate
from ingest.eds.der import check, refusing, renamed
from ingest.eds.path import Path, check_validity, stamping_path
from ingest.eds.policy import Anchors, Policy
from ingest.eds.refusals import Refusal
from ingest.eds.signer import check_signature, check_signing_certificate

TST_INFO = "1.2.840.113549.1.9.16.1.4"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
# The policies of the national service for RSA with SHA-2 (.2) and GOST 34.10-2015 (.4); .1 and .3 are those
# of hashes and keys that are no longer allowed.
POLICIES = {"1.2.398.3.3.2.6.2", "1.2.398.3.3.2.6.4"}


@dataclass(frozen=True)
class Timestamp:
    moment: datetime
    path: Path


def timestamp(token: bytes, *, signature: bytes, anchors: Anchors) -> Timestamp:
    """The time of a token (DER) over ``signature``, the octets of the signer's signature.

    Refuses ``timestamp_malformed``, ``timestamp_policy``, ``timestamp_imprint``, ``timestamp_authority`` and
    ``timestamp_signature``.
    """
    with renamed("timestamp_malformed"):
        data = signed_data(check(token), content_type=TST_INFO)
        content = check(data.content or b"")
    moment = _moment_of(content, signature=signature)
    path = _authority(data, anchors, moment)
    with renamed("timestamp_signature"):
        check_signing_certificate(data, path.leaf, required=True)
        check_signature(data, path.leaf, content, lasting=True)
    return Timestamp(moment, path)


@refusing("timestamp_malformed")
def _moment_of(content: bytes, *, signature: bytes) -> datetime:
    info = tsp.TSTInfo.load(content, strict=True)
    imprint = info["message_imprint"]
    digest = imprint["hash_algorithm"]["algorithm"].dotted
    moment: datetime = info["gen_time"].native
    critical = any(extension["critical"].native for extension in info["extensions"])
    if info["version"].native != "v1" or moment.tzinfo is None or critical:
        raise Refusal("timestamp_malformed")
    if info["policy"].dotted not in POLICIES:
        raise Refusal("timestamp_policy")
    if digest not in DIGESTS:
        raise Refusal("timestamp_imprint")
    if not hmac.compare_digest(imprint["hashed_message"].native, DIGESTS[digest](signature)):
        raise Refusal("timestamp_imprint")
    return moment


def _authority(data: SignedData, anchors: Anchors, moment: datetime) -> Path:
    """The path of the authority, for timestamping alone as RFC 3161, 2.3 wants it."""
    with renamed("timestamp_authority"):
        authority = signer_certificate(data, anchors)
        if not _only_stamps(authority):
            raise Refusal("timestamp_authority")
        path = stamping_path(authority.der, anchors)
        check_validity(path, moment)
    return path


def _only_stamps(certificate: Certificate) -> bool:
    usage = certificate.key_usage
    return (
        certificate.extended_key_usage == {TIME_STAMPING}
        and certificate.extended_key_usage_critical
        and (usage is None or "digital_signature" in usage or "non_repudiation" in usage)
    )


def check_moment(moment: datetime, *, policy: Policy, received_at: datetime) -> None:
    """Refuses ``timestamp_time`` for a token of before the request was issued or after it was received."""
    skew = policy.clock_skew
    if not policy.issued_at - skew <= moment <= received_at + skew:
        raise Refusal("timestamp_time")
