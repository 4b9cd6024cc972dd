"""The verification of a signature: the checks of docs/eds.md, one after the other, failing closed.

Check 12 (the request is taken up once) and 13 (its text is what was shown) belong to who issued the request,
14 is ``fetch.py``, and 15 is in the types, which show nothing personal.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ingest.eds import cms, crl, ocsp
from ingest.eds.algorithms import NAMES
from ingest.eds.identity import check_identity, identity
from ingest.eds.path import Path, check_validity, find_path
from ingest.eds.policy import Policy
from ingest.eds.purpose import check_purpose
from ingest.eds.refusals import Refusal
from ingest.eds.results import Evidence, Verified
from ingest.eds.revocation import Revocation, check_not_revoked, outlives
from ingest.eds.signer import check_signature, check_signing_certificate, signing_time
from ingest.eds.sources import Sources, Unreachable
from ingest.eds.timestamp import Timestamp, check_moment, timestamp

UNREACHABLE = "revocation_unreachable"

# Fills in what was asked of others about the path at the reference time, and gives back what was answered.
Answer = tuple[Evidence, Revocation | None, str | None]
Ask = Callable[[Path, Evidence, datetime], Answer]


def verify(
    content: bytes,
    signature: bytes | str,
    *,
    policy: Policy,
    received_at: datetime,
    sources: Sources,
    checked_at: datetime | None = None,
) -> Verified:
    """Whether ``signature`` (PEM, base64 or DER; detached or with the same content inside) is a valid one of
    ``content``, the bytes that we issued. Raises ``Refusal``.

    A pending one is asked again later with its first ``received_at`` and the time of the asking as
    ``checked_at``.
    """
    checked_at = checked_at or received_at

    def ask(path: Path, evidence: Evidence, since: datetime) -> Answer:
        return _asked(path, evidence, policy=policy, since=since, checked_at=checked_at, sources=sources)

    return _verified(
        content, signature, policy=policy, received_at=received_at, again=checked_at > received_at, ask=ask
    )


def verify_recorded(
    content: bytes,
    signature: bytes | str,
    evidence: Evidence,
    *,
    policy: Policy,
    accepted_at: datetime,
    received_at: datetime | None = None,
) -> Verified:
    """The same checks from the evidence that was kept, without a network.

    ``accepted_at`` is when the evidence was gathered (``checked_at`` of then), ``received_at`` when the
    signature came, if that was earlier. Raises ``Refusal``, also if there is no evidence about revocation.
    """
    received_at = received_at or accepted_at

    def recorded(path: Path, found: Evidence, since: datetime) -> Answer:
        if (found.path, found.timestamp) != (evidence.path, evidence.timestamp):
            raise Refusal("evidence_differs")
        if evidence.ocsp is not None:
            revocation = ocsp.status(evidence.ocsp, path, nonce=None, policy=policy, checked_at=accepted_at)
        elif evidence.crls:
            revocation = crl.status(evidence.crls, path, policy=policy, since=since, checked_at=accepted_at)
        else:
            raise Refusal("revocation_missing")
        return replace(found, ocsp=evidence.ocsp, crls=evidence.crls), revocation, None

    again = accepted_at > received_at
    return _verified(content, signature, policy=policy, received_at=received_at, again=again, ask=recorded)


def _verified(
    content: bytes, signature: bytes | str, *, policy: Policy, received_at: datetime, again: bool, ask: Ask
) -> Verified:
    # 1. Size, encoding, structure; 2. one signer and the certificate they name.
    encoded = cms.decoded(signature)
    data = cms.signed_data(encoded)
    leaf = cms.signer_certificate(data, policy.anchors)
    # 3. The content is ours, whatever the client sent along.
    if data.content is not None and data.content != content:
        raise Refusal("other_content")
    # 4. Allowed algorithms that agree; 5. signed attributes and the signature itself.
    check_signing_certificate(data, leaf, required=policy.requires_signing_certificate)
    digest = check_signature(data, leaf, content)
    # 6. The path to what we pinned; 7. purpose and role; 8. who it is.
    path = find_path(leaf, policy.anchors)
    check_purpose(leaf, policy)
    who = identity(leaf)
    check_identity(who, policy)
    # 9. Time, of the timestamp before all others.
    stamp = _timestamp(data, policy=policy, received_at=received_at)
    reference_time = stamp.moment if stamp else received_at
    _check_times(data, policy=policy, received_at=received_at)
    check_validity(path, reference_time)
    # 10. Revocation, 11. or when it came too late to matter.
    evidence = Evidence(
        path=path.der, timestamp=data.timestamp, timestamp_path=stamp.path.der if stamp else ()
    )
    evidence, revocation, pending = ask(path, evidence, reference_time)
    late = again and outlives(revocation, reference_time=reference_time, timestamped=stamp is not None)
    if not late:
        check_not_revoked(revocation)
    return Verified(
        identity=who,
        algorithm=NAMES[digest],
        certificate_sha256=leaf.sha256,
        reference_time=reference_time,
        timestamp_time=stamp.moment if stamp else None,
        evidence=evidence,
        is_demo=any(each.is_demo(policy.anchors) for each in ((path, stamp.path) if stamp else (path,))),
        pending=pending,
        cms=encoded,
    )


def _timestamp(data: cms.SignedData, *, policy: Policy, received_at: datetime) -> Timestamp | None:
    if data.timestamp is None:
        if policy.requires_timestamp:
            raise Refusal("timestamp_missing")
        return None
    stamp = timestamp(data.timestamp, signature=data.signature, anchors=policy.anchors)
    check_moment(stamp.moment, policy=policy, received_at=received_at)
    return stamp


def _check_times(data: cms.SignedData, *, policy: Policy, received_at: datetime) -> None:
    if received_at > policy.expires_at:
        raise Refusal("request_expired")
    skew = policy.clock_skew
    if not policy.issued_at - skew <= signing_time(data) <= received_at + skew:
        raise Refusal("clock_skew")


def _asked(
    path: Path,
    evidence: Evidence,
    *,
    policy: Policy,
    since: datetime,
    checked_at: datetime,
    sources: Sources,
) -> Answer:
    """OCSP; where it cannot be reached, the lists; where they cannot either, nothing yet.

    Only silence leads on to the next: an answer that is there and wrong is refused, or else whoever can spoil
    an answer could choose a source that knows less.
    """
    issuer, nonce = path.authority.sha256, ocsp.new_nonce()
    try:
        answer = sources.ocsp(issuer=issuer, request=ocsp.request(path, nonce=nonce))
    except Unreachable:
        pass
    else:
        revocation = ocsp.status(answer, path, nonce=nonce, policy=policy, checked_at=checked_at)
        return replace(evidence, ocsp=answer), revocation, None
    try:
        full, delta = sources.crl(issuer=issuer), sources.delta(issuer=issuer)
    except Unreachable:
        return evidence, None, UNREACHABLE
    lists = (full,) if delta is None else (full, delta)
    revocation = crl.status(lists, path, policy=policy, since=since, checked_at=checked_at)
    return replace(evidence, crls=lists), revocation, None
