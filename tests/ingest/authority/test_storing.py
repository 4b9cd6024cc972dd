"""An authority that is written and read again is the same one."""

from datetime import timedelta
from pathlib import Path

import pytest

from ingest.authority.authority import Authority
from ingest.authority.keys import read_key
from ingest.authority.profiles import Algorithm
from ingest.authority.register import Reason
from ingest.authority.storing import load, load_certified, save, save_certified, save_register
from tests.fakes.authority import anchors_of, somebody
from tests.ingest.eds.verifying import ACCEPTED, TEXT, Answers, outcome


def test_what_is_read_again_signs_and_answers_as_before(authority: Authority, tmp_path: Path) -> None:
    holder, revoked = somebody(authority), somebody(authority)
    authority.revoke(revoked, Reason.HOLD, at=authority.clock() - timedelta(days=1))
    save(authority, tmp_path / "new")
    save_certified(holder, tmp_path / "new", "holder")
    read = load(tmp_path / "new")
    assert anchors_of(read) == anchors_of(authority)
    assert read.register == authority.register
    again = read.holder(load_certified(tmp_path / "new", "holder"))
    assert outcome(again.sign(TEXT), sources=Answers(read)) == ACCEPTED
    assert outcome(revoked.sign(TEXT), sources=Answers(read)) == "on_hold"


def test_a_later_revocation_is_written_alone(authority: Authority, tmp_path: Path) -> None:
    save(authority, tmp_path)
    certificates = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.cer")}
    authority.revoke(somebody(authority), Reason.SUPERSEDED)
    save_register(authority, tmp_path)
    assert load(tmp_path).register == authority.register
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.cer")} == certificates


@pytest.mark.parametrize("stored", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"not a number"])
def test_a_key_that_cannot_be_read_is_told_as_such(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_key(stored)


def test_keys_do_not_show_themselves(authority: Authority, algorithm: Algorithm) -> None:
    """In a log or on a debug page."""
    stored = authority.root.key.stored().decode()
    secret = stored.strip() if algorithm == "gost" else stored.splitlines()[5]
    assert secret not in repr(authority)
    assert "private" not in repr(authority)
