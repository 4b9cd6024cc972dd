"""The archive has one form, and nothing in it can grow, climb or hide."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.receipt.check import check
from ingest.receipt.packing import pack, unpack
from ingest.receipt.report import Damaged, Verdict
from tests.ingest.receipt.receipts import anchors_of, files_of, signed


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def fault(data: bytes) -> tuple[str, str]:
    with pytest.raises(Damaged) as damaged:
        unpack(data)
    return damaged.value.code, damaged.value.name


def test_what_is_packed_is_unpacked() -> None:
    files = files_of(signed("rsa"))
    assert unpack(pack(files)) == files


def test_other_programs_read_it() -> None:
    files = files_of(signed("rsa"))
    with zipfile.ZipFile(io.BytesIO(pack(files))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/etc/passwd",
        "log/../log/proof.json",
        "C:\\x",
        "README.txt",
        "statement.txt/",
    ],
)
def test_a_name_that_no_receipt_has_is_refused(name: str) -> None:
    assert fault(zipped({**files_of(signed("rsa")), name: b"x"})) == ("unexpected_file", name)


def test_a_file_that_comes_twice_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files_of(signed("rsa")).items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("statement.txt", b"another")
    assert fault(made.getvalue()) == ("unexpected_file", "statement.txt")


def test_a_file_that_is_missing_is_named() -> None:
    files = files_of(signed("rsa"))
    del files["record.json"]
    assert fault(pack(files)) == ("missing_file", "record.json")


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zipped({**files_of(signed("rsa")), "statement.txt": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    code, name = fault(bomb)
    assert code == "repacked"
    assert name


def test_an_archive_packed_by_another_program_is_told_apart_from_a_damaged_one() -> None:
    assert fault(zipped(files_of(signed("rsa")))) == ("repacked", "")


def test_bytes_before_after_or_between_are_noticed() -> None:
    whole = pack(files_of(signed("rsa")))
    for other in (b"#!/bin/sh\n" + whole, whole + b"\n", whole.replace(b"PK\x01\x02", b"xxPK\x01\x02", 1)):
        assert fault(other)[0] in {"repacked", "not_an_archive", "changed"}


@given(st.binary(max_size=2000))
@settings(max_examples=30, deadline=None)
def test_no_bytes_make_the_check_raise(data: bytes) -> None:
    assert check(data, anchors=anchors_of(), log_keys=[]).verdict == Verdict.INVALID


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_change_to_a_receipt_makes_the_check_raise(data: st.DataObject) -> None:
    """Each file replaced by anything, and packed and listed as if it belonged."""
    files = files_of(signed("rsa"))
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name])))
    more = data.draw(st.binary(max_size=40))
    content = files[name][:at] + more + files[name][at + data.draw(st.integers(0, 40)) :]
    report = check(pack(files | {name: content}), anchors=anchors_of("rsa"), log_keys=[])
    assert report.verdict != Verdict.VALID
