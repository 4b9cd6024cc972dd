"""Checking a receipt offline: it takes the receipt, trusted certificates, and the keys of the log."""

import base64
import hashlib
import json
from collections.abc import Collection
from dataclasses import replace

from asn1crypto import pem

from geoportal.log.canonical import JSON, utc_text
from geoportal.log.checking import LogProof, ProofRefused, check_proof
from geoportal.log.note import BadNote, Verifier
from ingest.eds.policy import Anchors, Policy, Purpose, Role
from ingest.eds.refusals import Refusal
from ingest.eds.results import Evidence, Verified
from ingest.eds.verify import verify_recorded
from ingest.receipt.manifest import PENDING, REFUSED, Record, require_listed
from ingest.receipt.names import (
    CHECKPOINT,
    ENTRY,
    KEYS,
    LISTS,
    LOG,
    OCSP,
    PATH,
    PROOF,
    RECORD,
    SIGNATURE,
    STATEMENT,
    TIMESTAMP,
    TIMESTAMP_PATH,
)
from ingest.receipt.packing import require_names, unpack
from ingest.receipt.report import Damaged, Facts, Files, Outcome, Report, Step, of_damage
from ingest.statement import NotAStatement, Statement, parse

NOT_KNOWN_YET = "revocation_missing"


def check(data: bytes, *, anchors: Anchors, log_keys: Collection[Verifier]) -> Report:
    """The report on the bytes of a ``receipt.zip``; it never raises for what is in them."""
    try:
        files = unpack(data)
    except Damaged as damaged:
        return of_damage(damaged)
    return _of_files(files, (Step("archive", Outcome.HOLDS),), anchors, log_keys)


def check_unpacked(files: Files, *, anchors: Anchors, log_keys: Collection[Verifier]) -> Report:
    """The same for the files of a receipt that was unpacked, by their names."""
    try:
        require_names(files)
    except Damaged as damaged:
        return of_damage(damaged)
    return _of_files(files, (), anchors, log_keys)


def _of_files(
    files: Files, before: tuple[Step, ...], anchors: Anchors, log_keys: Collection[Verifier]
) -> Report:
    try:
        portal = require_listed(files)
    except Damaged as damaged:
        return Report((*before, Step("files", Outcome.FAILS, damaged.code, damaged.name)), None)
    steps = [*before, Step("files", Outcome.HOLDS)]
    try:
        statement = _statement(files, portal)
        record = _record(files, statement)
    except Damaged as damaged:
        return Report((*steps, Step("statement", Outcome.FAILS, damaged.code, damaged.name)), None)
    steps.append(Step("statement", Outcome.HOLDS))
    steps += _signature(files, statement, record, anchors)
    logged, facts = _log(files, record, record.facts(portal), log_keys)
    return Report((*steps, logged), facts)


def _statement(files: Files, portal: str) -> Statement:
    try:
        statement = parse(files[STATEMENT])
    except NotAStatement as error:
        raise Damaged("not_a_statement", STATEMENT) from error
    if statement.origin != portal:
        raise Damaged("other_portal", STATEMENT)
    return statement


def _record(files: Files, statement: Statement) -> Record:
    """The record, if it is one of these very bytes."""
    try:
        record = Record.read(files[RECORD])
    except ValueError as error:
        raise Damaged("changed", RECORD) from error
    said = {
        "type": statement.type,
        "content_sha256": hashlib.sha256(files[STATEMENT]).hexdigest(),
        "signature_sha256": hashlib.sha256(files[SIGNATURE]).hexdigest(),
        "attachments": [attachment.sha256 for attachment in statement.attachments],
    }
    if any(record.content.get(name) != value for name, value in said.items()):
        raise Damaged("other_record", RECORD)
    return record


def _signature(files: Files, statement: Statement, record: Record, anchors: Anchors) -> list[Step]:
    """The signature and the time it was made, who stands behind it, whether it was revoked."""
    try:
        evidence = _evidence(files)
    except ValueError:
        return [Step("signature", Outcome.FAILS, "evidence_differs")]
    own = _own(evidence)
    is_trusted = {*own.roots, *own.authorities} <= {*anchors.roots, *anchors.authorities}
    policy = Policy(
        # Of strangers at least the mathematics is checked, as if their root were trusted.
        anchors if is_trusted else own,
        Purpose.SIGN,
        Role.PERSON,
        statement.issued_at,
        statement.expires_at,
    )
    try:
        verified = verify_recorded(
            files[STATEMENT],
            files[SIGNATURE],
            evidence,
            policy=policy,
            accepted_at=record.decided_at or record.received_at,
            received_at=record.received_at,
        )
    except Refusal as refusal:
        return _refused(refusal.code, record, is_trusted)
    if verified.evidence != evidence:
        return [Step("signature", Outcome.FAILS, "evidence_differs")]
    return _verified(verified, record, is_trusted)


def _refused(code: str, record: Record, is_trusted: bool) -> list[Step]:
    if code == NOT_KNOWN_YET and record.state == PENDING:
        return [_held(is_trusted), Step("revocation", Outcome.UNKNOWN, code)]
    if record.state == REFUSED and code == record.content.get("refusal"):
        return [Step("signature", Outcome.HOLDS, "rightly_refused")]
    # Evidence is kept of what was accepted; what was refused later had none yet.
    if code == NOT_KNOWN_YET and record.state == REFUSED:
        return [_held(is_trusted), Step("revocation", Outcome.UNKNOWN, "refusal_not_shown")]
    return [Step("signature", Outcome.FAILS, code)]


def _verified(verified: Verified, record: Record, is_trusted: bool) -> list[Step]:
    said: dict[str, JSON] = {
        "algorithm": verified.algorithm,
        "certificate_sha256": verified.certificate_sha256,
        "reference_time": utc_text(verified.reference_time),
    }
    # Whose authority it is, only who knows it can say.
    if is_trusted:
        said["is_demo"] = verified.is_demo
    if any(record.content.get(name) != value for name, value in said.items()):
        return [Step("signature", Outcome.FAILS, "other_record", RECORD)]
    stamped = "" if verified.timestamp_time else "no_timestamp"
    return [_held(is_trusted), Step("time", Outcome.HOLDS, stamped), Step("revocation", Outcome.HOLDS)]


def _held(is_trusted: bool) -> Step:
    return Step("signature", Outcome.HOLDS) if is_trusted else Step("signature", Outcome.UNKNOWN, "untrusted")


def _own(evidence: Evidence) -> Anchors:
    """The authorities that the receipt itself brings along."""
    paths = [evidence.path, *([evidence.timestamp_path] if evidence.timestamp_path else [])]
    return Anchors(tuple(path[2] for path in paths), tuple(path[1] for path in paths))


def _evidence(files: Files) -> Evidence:
    """Raises ValueError for a certificate that is not written as the portal writes it."""
    has_path = TIMESTAMP_PATH[0] in files
    return Evidence(
        path=tuple(_certificate(files, name) for name in PATH),
        ocsp=files.get(OCSP),
        crls=tuple(files[name] for name in LISTS if name in files),
        timestamp=files.get(TIMESTAMP),
        timestamp_path=tuple(_certificate(files, name) for name in TIMESTAMP_PATH) if has_path else (),
    )


def _certificate(files: Files, name: str) -> bytes:
    """DER."""
    try:
        der: bytes = pem.unarmor(files[name])[2]
    except (KeyError, TypeError) as error:
        raise ValueError(name) from error
    if pem.armor("CERTIFICATE", der) != files[name]:
        raise ValueError(name)
    return der


def _log(files: Files, record: Record, facts: Facts, known: Collection[Verifier]) -> tuple[Step, Facts]:
    if not any(name in files for name in LOG):
        return Step("log", Outcome.UNKNOWN, "not_in_log_yet"), facts
    try:
        keys = [Verifier.parse(line) for line in files[KEYS].decode().splitlines()]
        proof = LogProof.from_json(
            json.loads(files[PROOF])
            | {"entry": base64.b64encode(files[ENTRY]).decode(), "checkpoint": files[CHECKPOINT].decode()}
        )
        proven = check_proof(proof, record.content, keys)
    except ProofRefused as refused:
        return Step("log", Outcome.FAILS, f"log_{refused.code}"), facts
    except (BadNote, ValueError, TypeError, KeyError, RecursionError):
        return Step("log", Outcome.FAILS, "log_malformed"), facts
    moment = record.decided_at or record.received_at
    if (proven.entry.event, proven.entry.at) != (record.event, moment):
        return Step("log", Outcome.FAILS, "log_wrong_content"), facts
    placed = replace(
        facts,
        log_origin=proven.checkpoint.origin,
        log_index=proven.index,
        log_size=proven.checkpoint.size,
    )
    if not set(proven.signed_by) & set(known):
        return Step("log", Outcome.UNKNOWN, "log_key_unknown"), placed
    return Step("log", Outcome.HOLDS), placed
