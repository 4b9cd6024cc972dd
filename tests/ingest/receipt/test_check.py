"""A receipt is checked to the last bit, offline; what cannot be checked here is said and not passed over."""

import hashlib
import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from geoportal.log.canonical import canonical_json, utc_text
from geoportal.log.note import Verifier
from ingest.authority.profiles import Algorithm
from ingest.eds.policy import Anchors
from ingest.receipt.check import check, check_unpacked
from ingest.receipt.names import (
    CHECKPOINT,
    ENTRY,
    KEYS,
    LOG,
    MANIFEST,
    OCSP,
    PATH,
    PROOF,
    README,
    RECORD,
    SIGNATURE,
    STATEMENT,
    TIMESTAMP,
    TIMESTAMP_PATH,
)
from ingest.receipt.packing import pack
from ingest.receipt.report import Outcome, Verdict
from ingest.receipt.sentences import lines
from tests.fakes.authority import citizen_of
from tests.ingest.receipt.receipts import (
    LOG as SIGNER,
)
from tests.ingest.receipt.receipts import (
    anchors_of,
    checked,
    files_of,
    found,
    proof_of,
    record_of,
    relisted,
    signed,
)

NOBODY = Anchors((), ())
STRANGER = Verifier("map.example.kz/log", bytes(range(32)))


@pytest.mark.parametrize("algorithm", ["gost", "rsa"])
def test_a_whole_receipt_is_valid(algorithm: Algorithm) -> None:
    report = checked(files_of(signed(algorithm)))
    assert report.verdict == Verdict.VALID, lines(report, "en")
    assert [step.check for step in report.steps] == [
        *("archive", "files", "statement", "signature", "time", "revocation", "log")
    ]
    assert report.facts is not None
    assert (report.facts.log_origin, report.facts.log_index, report.facts.log_size) == (
        *("map.example.kz/log", 11, 13),
    )


def test_the_same_submission_and_head_give_the_same_bytes() -> None:
    assert pack(files_of(signed("rsa"))) == pack(files_of(signed("rsa")))


def flipped(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]


def test_a_receipt_of_an_accepted_submission_has_every_file() -> None:
    others = {
        *README.values(),
        MANIFEST,
        RECORD,
        STATEMENT,
        SIGNATURE,
        *PATH,
        OCSP,
        TIMESTAMP,
        *TIMESTAMP_PATH,
        *LOG,
    }
    assert set(files_of(signed("rsa"))) == others


def test_a_flipped_bit_in_any_file_is_named() -> None:
    whole, dice = pack(files_of(signed("rsa"))), random.Random(4)
    for info in zipfile.ZipFile(io.BytesIO(whole)).infolist():
        name, start = info.filename, info.header_offset + 30 + len(info.filename)
        for _ in range(12):
            damaged = bytearray(whole)
            damaged[start : start + info.file_size] = flipped(whole[start : start + info.file_size], dice)
            report = check(bytes(damaged), anchors=anchors_of("rsa"), log_keys=[SIGNER.verifier])
            assert report.verdict == Verdict.INVALID, name
            assert [step.name for step in report.steps] == [name]


def test_a_flipped_bit_in_an_unpacked_receipt_is_named() -> None:
    """But for one in the list itself, which then differs from a file: nobody knows which was changed."""
    files, dice = files_of(signed("rsa")), random.Random(4)
    for name, content in files.items():
        for _ in range(12):
            changed = files | {name: flipped(content, dice)}
            report = check_unpacked(changed, anchors=anchors_of("rsa"), log_keys=[SIGNER.verifier])
            (fault,) = [step for step in report.steps if step.outcome == Outcome.FAILS]
            assert fault.name == name or name == MANIFEST


def test_a_flipped_bit_anywhere_in_the_archive_is_noticed() -> None:
    whole, dice = pack(files_of(signed("rsa"))), random.Random(4)
    for place in dice.sample(range(len(whole)), 300):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        report = check(bytes(damaged), anchors=anchors_of("rsa"), log_keys=[SIGNER.verifier])
        assert report.verdict == Verdict.INVALID, place
        assert lines(report, "kk")


def test_an_archive_that_was_cut_off_is_noticed() -> None:
    whole = pack(files_of(signed("rsa")))
    for length in range(0, len(whole), 997):
        report = check(whole[:length], anchors=anchors_of("rsa"), log_keys=[SIGNER.verifier])
        assert report.verdict == Verdict.INVALID, length


# What a forger can do who packs and lists everything anew.


def test_another_text_under_the_same_signature_is_refused() -> None:
    files = files_of(signed("rsa"))
    text = files[STATEMENT].replace("Абай".encode(), "Абыл".encode())
    record = record_of(signed("rsa"), content_sha256=hashlib.sha256(text).hexdigest())
    report = checked(files_of(signed("rsa"), record, statement=text))
    assert found(report, Outcome.FAILS) == {"signature": "digest_mismatch"}


def test_a_record_of_another_text_is_refused() -> None:
    report = checked(files_of(signed("rsa"), record_of(signed("rsa"), content_sha256="0" * 64)))
    assert found(report, Outcome.FAILS) == {"statement": "other_record"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("algorithm", "gost-2015-512"),
        ("certificate_sha256", "0" * 64),
        ("reference_time", "2020-01-01T00:00:00.000000Z"),
        ("is_demo", True),
    ],
)
def test_a_record_that_says_otherwise_of_the_signature_is_refused(name: str, value: object) -> None:
    report = checked(files_of(signed("rsa"), record_of(signed("rsa"), **{name: value})))
    assert found(report, Outcome.FAILS) == {"signature": "other_record"}


def test_a_record_that_the_log_does_not_have_is_refused() -> None:
    """Backdated by a minute, everything else as it was."""
    of = signed("rsa")
    earlier = record_of(of, feature=18)
    report = checked(files_of(of, earlier, proof=proof_of(record_of(of), at=of.at)))
    assert found(report, Outcome.FAILS) == {"log": "log_wrong_content"}


def test_an_entry_of_another_event_or_time_is_refused() -> None:
    of, record = signed("rsa"), record_of(signed("rsa"))
    for proof in (
        proof_of(record, at=of.at, event="submission.refused"),
        proof_of(record, at=of.at + timedelta(seconds=1)),
    ):
        report = checked(files_of(of, record, proof=proof))
        assert found(report, Outcome.FAILS) == {"log": "log_wrong_content"}


def test_a_proof_for_another_place_and_a_head_of_another_key_are_refused() -> None:
    of = signed("rsa")
    proof = proof_of(record_of(of), at=of.at)
    report = checked(files_of(of, proof=replace(proof, index=10)))
    assert found(report, Outcome.FAILS) == {"log": "log_wrong_inclusion"}

    forged = relisted(files_of(of), **{KEYS: f"{STRANGER}\n".encode()})
    assert found(checked(forged, keys=(STRANGER,)), Outcome.FAILS) == {"log": "log_wrong_signature"}


def test_evidence_of_another_signature_is_refused() -> None:
    of = signed("rsa")
    other = replace(of.verified.evidence, path=signed("gost").verified.evidence.path)
    assert found(checked(files_of(of, evidence=other)), Outcome.FAILS) == {"signature": "evidence_differs"}
    without = replace(of.verified.evidence, ocsp=None)
    assert found(checked(files_of(of, evidence=without)), Outcome.FAILS) == {
        "signature": "revocation_missing"
    }
    stale = replace(of.verified.evidence, ocsp=signed("gost").verified.evidence.ocsp)
    assert "signature" in found(checked(files_of(of, evidence=stale)), Outcome.FAILS)


def test_a_part_of_the_log_alone_is_no_proof() -> None:
    files = files_of(signed("rsa"))
    for name in LOG:
        without = {each: content for each, content in files.items() if each != name}
        assert found(checked(relisted(without)), Outcome.FAILS) == {"log": "log_malformed"}


def test_another_portals_text_is_refused() -> None:
    files = files_of(signed("rsa"))
    listed = json.loads(files[MANIFEST]) | {"portal": "https://other.example.kz"}
    report = checked(files | {MANIFEST: canonical_json(listed)})
    assert found(report, Outcome.FAILS) == {"statement": "other_portal"}


def test_a_login_is_no_receipt_of_a_problem() -> None:
    report = checked(files_of(signed("rsa"), record_of(signed("rsa"), type="login")))
    assert found(report, Outcome.FAILS) == {"statement": "other_record"}


# What cannot be checked here.


def test_an_authority_that_is_not_trusted_here_is_said_and_the_mathematics_checked() -> None:
    report = checked(files_of(signed("rsa")), trusted=NOBODY)
    assert report.verdict == Verdict.INCOMPLETE
    assert found(report, Outcome.UNKNOWN) == {"signature": "untrusted"}

    of = signed("rsa")
    forged = citizen_of("rsa").sign(b"another text")
    record = record_of(of, signature_sha256=hashlib.sha256(forged).hexdigest())
    assert checked(files_of(of, record, signature=forged), trusted=NOBODY).verdict == Verdict.INVALID


def test_a_key_of_the_log_that_is_not_known_here_is_said() -> None:
    for keys in ((), (STRANGER,)):
        report = checked(files_of(signed("rsa")), keys=keys)
        assert report.verdict == Verdict.INCOMPLETE
        assert found(report, Outcome.UNKNOWN) == {"log": "log_key_unknown"}


def test_a_receipt_taken_before_the_log_had_the_record_says_so() -> None:
    report = checked(files_of(signed("rsa"), proof=None))
    assert report.verdict == Verdict.INCOMPLETE
    assert found(report, Outcome.UNKNOWN) == {"log": "not_in_log_yet"}


def test_a_pending_submission_is_not_known_yet() -> None:
    of = signed("rsa")
    record = record_of(of, state=..., refusal=..., feature=..., decided_at=...)
    report = checked(files_of(of, record, evidence=replace(of.verified.evidence, ocsp=None)))
    assert report.verdict == Verdict.INCOMPLETE
    assert found(report, Outcome.UNKNOWN) == {"revocation": "revocation_missing"}
    assert found(report, Outcome.HOLDS).keys() >= {"signature", "log"}


def test_a_refusal_is_shown_to_be_right() -> None:
    """The receipt of a refused submission proves the refusal: here, no answer about revocation came."""
    of = signed("rsa")
    record = record_of(of, state="refused", refusal="revocation_missing", feature=None)
    shown = checked(files_of(of, record, evidence=replace(of.verified.evidence, ocsp=None)))
    assert "signature" in found(shown, Outcome.HOLDS) or "signature" in found(shown, Outcome.UNKNOWN)
    assert shown.facts is not None
    assert shown.facts.state == "refused"


def test_a_reason_to_refuse_excuses_nothing_in_what_is_said_to_be_accepted() -> None:
    """A forger writes the fault of his signature into the record, as if the portal had known of it."""
    of = signed("rsa")
    record = record_of(of, refusal="revocation_missing")
    evidence = replace(of.verified.evidence, ocsp=None)
    shown = checked(files_of(of, record, evidence=evidence, proof=None))
    assert found(shown, Outcome.FAILS) == {"signature": "revocation_missing"}


def test_the_name_of_a_file_commands_no_terminal() -> None:
    data = bytearray(pack(files_of(signed("rsa"))))
    name = b"\x1b[2J\x1b[1A ok!"
    report = check(
        bytes(data).replace(b"statement.txt", name + b" " * (13 - len(name))),
        anchors=NOBODY,
        log_keys=(),
    )
    assert report.verdict == Verdict.INVALID
    assert all(each.isprintable() for line in lines(report, "en") for each in line)


def test_what_is_shown_names_nobody() -> None:
    report = checked(files_of(signed("rsa")))
    said = f"{report!r} {lines(report, 'kk')}"
    for personal in ("900101300017", "ОМАРОВ", "АСҚАР"):
        assert personal not in said


def test_every_step_and_reason_has_its_sentence_in_three_languages() -> None:
    for language in ("kk", "ru", "en"):
        for report in (
            checked(files_of(signed("rsa"), proof=None), trusted=NOBODY),
            checked(files_of(signed("gost"), record_of(signed("gost"), is_demo=True))),
        ):
            for line in lines(report, language):
                assert "_" not in line


def test_the_record_says_times_as_the_log_writes_them() -> None:
    of = signed("rsa")
    assert record_of(of)["decided_at"] == utc_text(of.at)
    assert {ENTRY, PROOF, CHECKPOINT} <= set(files_of(of))
