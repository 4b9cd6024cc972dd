"""Receipts of a citizen of the test authority, out of a log in memory: no database, no portal."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geoportal.log.canonical import utc_text
from geoportal.log.checking import LogProof
from geoportal.log.entry import Entry, commit
from geoportal.log.note import Checkpoint, Signer, Verifier, sign
from geoportal.log.tree import fold, inclusion_proof, leaf_hash, tree_root
from ingest.authority.profiles import Algorithm
from ingest.authority.sources import AuthoritySources
from ingest.eds.policy import Anchors, Policy, Purpose, Role
from ingest.eds.results import Verified
from ingest.eds.verify import verify
from ingest.receipt.build import build
from ingest.receipt.check import check
from ingest.receipt.manifest import manifest
from ingest.receipt.names import MANIFEST
from ingest.receipt.packing import pack
from ingest.receipt.report import Outcome, Report
from ingest.statement import Statement, render
from tests.fakes.authority import authority_of, citizen_of

PORTAL = "https://map.example.kz"
LOG = Signer("map.example.kz/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SALT = bytes(range(100, 132))
BEFORE = 11  # other people's entries in the log, an odd number of them


@dataclass(frozen=True)
class Signed:
    statement: bytes
    verified: Verified
    at: datetime


def anchors_of(*algorithms: Algorithm) -> Anchors:
    authorities = [authority_of(algorithm) for algorithm in algorithms]
    return Anchors(
        tuple(each.root.certificate for each in authorities),
        tuple(each.issuing.certificate for each in authorities),
    )


@cache
def signed(algorithm: Algorithm) -> Signed:
    """A problem in Kazakh, signed and verified as the portal does."""
    at = datetime.now(UTC).replace(microsecond=0)
    statement = render(
        Statement(
            type="problem.submit",
            version=1,
            language="kk",
            origin=PORTAL,
            object="problem",
            revision=1,
            nonce="a" * 32,
            issued_at=at - timedelta(minutes=1),
            expires_at=at + timedelta(minutes=30),
            fields={
                "title": "Жолдағы шұңқыр",
                "text": "Абай көшесінде,\nмектеп алдында.",
                "category": "Шұңқырлар",
                "place": "50.50000, 70.50000",
                "address": "Абай көшесі, 1",
                "text_language": "қазақ",
            },
        )
    )
    authority = authority_of(algorithm)
    policy = Policy(
        anchors_of(algorithm),
        Purpose.SIGN,
        Role.PERSON,
        at - timedelta(minutes=1),
        at + timedelta(minutes=30),
    )
    verified = verify(
        statement,
        citizen_of(algorithm).sign(statement),
        policy=policy,
        received_at=datetime.now(UTC),
        sources=AuthoritySources((authority,)),
    )
    return Signed(statement, verified, datetime.now(UTC))


def record_of(of: Signed, **changed: Any) -> dict[str, Any]:
    """As ingest/logged.py writes it; tests/ingest/receipt/test_make.py holds the two together."""
    verified = of.verified
    said = {
        "id": "0198c0de-0000-7000-8000-000000000017",
        "type": "problem.submit",
        "revision": 1,
        "content_sha256": hashlib.sha256(of.statement).hexdigest(),
        "attachments": [],
        "received_at": utc_text(of.at),
        "signature_sha256": hashlib.sha256(verified.cms).hexdigest(),
        "algorithm": verified.algorithm,
        "certificate_sha256": verified.certificate_sha256,
        "reference_time": utc_text(verified.reference_time),
        "is_demo": False,
        "state": "accepted",
        "refusal": "",
        "feature": 17,
        "decided_at": utc_text(of.at),
    }
    return {name: value for name, value in (said | changed).items() if value is not ...}


def proof_of(record: dict[str, Any], *, at: datetime, event: str = "submission.accepted") -> LogProof:
    """A log with the record as its last entry but one."""
    object_id = UUID(int=4)
    entry = Entry(event, object_id, at, commit(salt=SALT, content=record), {"type": "problem.submit"})
    others = [Entry("role.granted", UUID(int=n), at, bytes(32)).encode() for n in range(BEFORE + 1)]
    entries = [*others[:BEFORE], entry.encode(), others[BEFORE]]
    leaves = [leaf_hash(each) for each in entries]

    def hash_of(height: int, index: int) -> bytes:
        return fold(leaves[index << height : (index + 1) << height])

    return LogProof(
        entry=entry.encode(),
        index=BEFORE,
        salt=SALT,
        inclusion=tuple(inclusion_proof(hash_of, BEFORE, len(leaves))),
        checkpoint=sign(Checkpoint(LOG.name, len(leaves), tree_root(hash_of, len(leaves))).text, [LOG]),
    )


def files_of(of: Signed, record: dict[str, Any] | None = None, **parts: Any) -> dict[str, bytes]:
    """The files of a receipt of ``of``; ``parts`` are arguments of build() to replace."""
    record = record or record_of(of)
    event = f"submission.{record.get('state', 'pending')}"
    given = {
        "statement": of.statement,
        "signature": of.verified.cms,
        "evidence": of.verified.evidence,
        "record": record,
        "proof": proof_of(record, at=of.at, event=event),
        "keys": [LOG.verifier],
    }
    return build(**given | parts)  # type: ignore[arg-type]


def relisted(files: dict[str, bytes], **changed: bytes) -> dict[str, bytes]:
    """Files that somebody changed, with a list that fits them: what a forger would do."""
    others = {name: content for name, content in (files | changed).items() if name != MANIFEST}
    return {MANIFEST: manifest(others, portal=PORTAL), **others}


def checked(
    files: dict[str, bytes], *, trusted: Anchors | None = None, keys: tuple[Verifier, ...] = (LOG.verifier,)
) -> Report:
    anchors = anchors_of("rsa", "gost") if trusted is None else trusted
    return check(pack(files), anchors=anchors, log_keys=keys)


def found(report: Report, outcome: Outcome) -> dict[str, str]:
    """Checks with that outcome, and why."""
    return {step.check: step.code for step in report.steps if step.outcome == outcome}
