"""A signature and what it was checked with, kept so that it can be checked again without a network."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from ingest.eds.results import Evidence, Verified
from ingest.models import RevocationList, Signature, Submission


def keep_signature(submission: Submission, *, verified: Verified, at: datetime) -> Signature:
    """``at`` is when revocation was known; it is not while ``verified.pending``."""
    evidence = verified.evidence
    return Signature.objects.create(
        submission=submission,
        cms=verified.cms,
        signature_sha256=hashlib.sha256(verified.cms).hexdigest(),
        algorithm=verified.algorithm,
        certificate_sha256=verified.certificate_sha256,
        reference_time=verified.reference_time,
        timestamp_time=verified.timestamp_time,
        path=list(evidence.path),
        ocsp=evidence.ocsp,
        crls=_kept(evidence.crls),
        timestamp=evidence.timestamp,
        timestamp_path=list(evidence.timestamp_path),
        is_demo=verified.is_demo,
        checked_at=None if verified.pending else at,
    )


def keep_answer(signature: Signature, evidence: Evidence, *, at: datetime) -> None:
    """What was found out about revocation of a signature that was pending."""
    signature.ocsp = evidence.ocsp
    signature.crls = _kept(evidence.crls)
    signature.checked_at = at
    signature.save(update_fields=["ocsp", "crls", "checked_at"])


def evidence_of(signature: Signature) -> Evidence:
    """What ``ingest.eds.verify.verify_recorded`` takes. Raises ValueError when the person has left."""
    if signature.path is None:
        raise ValueError("the evidence was erased with its person")
    lists = RevocationList.objects.in_bulk(signature.crls)
    return Evidence(
        path=tuple(bytes(each) for each in signature.path),
        ocsp=bytes(signature.ocsp) if signature.ocsp else None,
        crls=tuple(bytes(lists[sha256].der) for sha256 in signature.crls),
        timestamp=bytes(signature.timestamp) if signature.timestamp else None,
        timestamp_path=tuple(bytes(each) for each in signature.timestamp_path),
    )


def _kept(lists: Iterable[bytes]) -> list[str]:
    """The keys of the lists, each once in the table, whoever keeps it at the same time."""
    rows = [RevocationList(sha256=hashlib.sha256(der).hexdigest(), der=der) for der in lists]
    RevocationList.objects.bulk_create(rows, ignore_conflicts=True)
    return [row.sha256 for row in rows]
