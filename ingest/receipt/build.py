"""The files of a receipt from their parts: bytes as they were signed, never written again."""

from collections.abc import Iterable, Mapping

from asn1crypto import pem

from geoportal.log.canonical import JSON, canonical_json
from geoportal.log.checking import LogProof
from geoportal.log.note import BadNote, Verifier, open_note
from ingest.eds.results import Evidence
from ingest.receipt.manifest import Record, manifest
from ingest.receipt.names import (
    CHECKPOINT,
    ENTRY,
    KEYS,
    LISTS,
    MANIFEST,
    OCSP,
    PATH,
    PROOF,
    RECORD,
    SIGNATURE,
    STATEMENT,
    TIMESTAMP,
    TIMESTAMP_PATH,
)
from ingest.receipt.readme import About, readmes
from ingest.statement import parse


def build(
    *,
    statement: bytes,
    signature: bytes,
    evidence: Evidence,
    record: Mapping[str, JSON],
    proof: LogProof | None,
    keys: Iterable[Verifier],
) -> dict[str, bytes]:
    """By their names. ``record``: what the log commits to (ingest/logged.py); ``keys``: those that the log
    has had, of which the receipt takes who signed its head.
    """
    text = canonical_json(record)
    facts = Record.read(text).facts(parse(statement).origin)
    about = About(
        portal=facts.portal,
        submission=facts.submission,
        received_at=facts.received_at,
        reference_time=facts.reference_time,
        algorithm=facts.algorithm,
        is_demo=facts.is_demo,
    )
    files = {
        **readmes(about),
        RECORD: text,
        STATEMENT: statement,
        SIGNATURE: signature,
        **_evidence(evidence),
        **(_log(proof, keys) if proof else {}),
    }
    return {MANIFEST: manifest(files, portal=facts.portal), **files}


def _evidence(evidence: Evidence) -> dict[str, bytes]:
    files = _certificates(PATH, evidence.path)
    if evidence.ocsp is not None:
        files[OCSP] = evidence.ocsp
    files |= dict(zip(LISTS, evidence.crls, strict=False))
    if evidence.timestamp is not None:
        files[TIMESTAMP] = evidence.timestamp
        files |= _certificates(TIMESTAMP_PATH, evidence.timestamp_path)
    return files


def _certificates(names: Iterable[str], path: Iterable[bytes]) -> dict[str, bytes]:
    """As PEM, which openssl and people's programs open."""
    return {name: pem.armor("CERTIFICATE", der) for name, der in zip(names, path, strict=True)}


def _log(proof: LogProof, keys: Iterable[Verifier]) -> dict[str, bytes]:
    shown = proof.as_json()
    del shown["entry"], shown["checkpoint"]
    try:
        signed_by = open_note(proof.checkpoint, keys)[1]
    except BadNote:
        signed_by = []
    return {
        ENTRY: proof.entry,
        PROOF: canonical_json(shown),
        CHECKPOINT: proof.checkpoint.encode(),
        KEYS: "".join(f"{key}\n" for key in signed_by).encode(),
    }
