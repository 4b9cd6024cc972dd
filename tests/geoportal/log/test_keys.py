"""Keys that change, and a log that begins anew."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import transaction

from geoportal.log.append import append_own
from geoportal.log.audit import audit
from geoportal.log.entry import Entry
from geoportal.log.keys import KeyFolder
from geoportal.log.models import Entry as Leaf
from geoportal.log.models import Head
from geoportal.log.note import BadNote, Verifier, open_checkpoint
from geoportal.log.offices import ROTATED
from geoportal.log.proofs import public_keys
from geoportal.log.refusals import LogRefused
from geoportal.log.sequence import sequence
from layers.models import Category
from tests.geoportal.log.conftest import NOW
from tests.geoportal.log.test_crashes import forget

Name = Callable[..., Category]


def signed_by(size: int) -> list[Verifier]:
    return open_checkpoint(Head.objects.get(size=size).checkpoint, public_keys())[1]


def run(command: str, **options: str) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_the_head_that_covers_a_rotation_is_signed_by_both_keys(name_category: Name) -> None:
    name_category("a")
    sequence(now=NOW)
    new = run("rotate_log_key").splitlines()[0]
    name_category("b")
    sequence(now=NOW)

    old_key, new_key = public_keys()
    assert str(new_key) == new
    assert [signed_by(size) for size in (1, 2, 3)] == [[old_key], [old_key, new_key], [new_key]]
    entry = Entry.decode(bytes(Leaf.objects.get(index=1).entry))
    assert (entry.event, entry.public) == (ROTATED, {"from": str(old_key), "to": str(new_key)})


def test_the_old_key_may_go_once_the_new_one_is_in_office(
    name_category: Name, settings: LazySettings
) -> None:
    name_category("a")
    sequence(now=NOW)
    (old,) = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN).files()
    run("rotate_log_key")
    old.unlink()
    name_category("b")
    sequence(now=NOW)
    with pytest.raises(BadNote, match="no known key"):
        open_checkpoint(Head.objects.get(size=3).checkpoint, public_keys()[:1])


def test_two_rotations_under_one_head_are_signed_by_all(
    name_category: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_category("a")
    sequence(now=NOW)
    monkeypatch.setattr("geoportal.log.management.commands.rotate_log_key.sequence", lambda now: 0)
    run("rotate_log_key")
    with pytest.raises(CommandError, match="waits already"):
        run("rotate_log_key")
    with monkeypatch.context() as patch:
        patch.setattr("geoportal.log.sequence._sign", lambda now: None)
        sequence(now=NOW)
    run("rotate_log_key")
    sequence(now=NOW)
    assert signed_by(3) == public_keys()


def test_whoever_can_only_write_into_the_database_takes_no_office(name_category: Name) -> None:
    name_category("a")
    sequence(now=NOW)
    (mine,) = public_keys()
    foreign = Verifier(mine.name, b"\x01" * 32)
    with transaction.atomic():
        append_own(event=ROTATED, at=NOW, public={"from": str(mine), "to": str(foreign)})
    with pytest.raises(LogRefused) as caught:
        sequence(now=NOW)
    assert caught.value.code == "no_key"
    assert Head.objects.count() == 1


def test_a_log_without_a_key_has_none_to_change(db: None) -> None:
    with pytest.raises(CommandError, match="no key yet"):
        run("rotate_log_key")


def test_a_first_key_is_made_once(db: None, settings: LazySettings) -> None:
    verifier = Verifier.parse(run("make_log_key"))
    assert verifier.name == settings.LOG_ORIGIN
    with pytest.raises(CommandError, match="has a key already"):
        run("make_log_key")
    sequence(now=NOW)
    assert public_keys() == [verifier]


def test_a_key_that_is_another_than_its_name_says_is_refused(
    name_category: Name, settings: LazySettings
) -> None:
    name_category("a")
    sequence(now=NOW)
    folder = KeyFolder(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
    (mine,) = folder.files()
    other = folder.make().verifier
    mine.write_bytes(next(path for path in folder.files() if path != mine).read_bytes())
    name_category("b")
    with pytest.raises(LogRefused, match="another key than its name says"):
        sequence(now=NOW)
    assert other not in public_keys()


def test_a_log_that_lost_entries_goes_on_under_another_name_and_says_so(
    name_category: Name, settings: LazySettings
) -> None:
    for code in ("a", "b", "c"):
        name_category(code)
        sequence(now=NOW)
    lost = Head.objects.get(size=3)
    (old_key,) = public_keys()
    forget(1)
    with pytest.raises(CommandError, match="give LOG_ORIGIN a new name"):
        run("restart_log", reason="the disk burnt")
    settings.LOG_ORIGIN = "localhost/log/2"
    run("restart_log", reason="the disk burnt")

    entry = Entry.decode(bytes(Leaf.objects.get(index=1).entry))
    assert entry.event == "log.restarted"
    assert entry.public["signed_size"] == 3
    assert entry.public["signed_root"] == bytes(lost.root).hex()
    assert entry.public["kept_size"] == 1
    new_key = public_keys()[-1]
    assert new_key == Verifier("localhost/log/2", old_key.public), "the same key, under the new name"
    assert signed_by(2) == [new_key]
    name_category("d")
    sequence(now=NOW)
    assert signed_by(3) == [new_key]


def test_a_log_that_lost_its_key_goes_on_under_another_name_with_a_new_one(
    name_category: Name, settings: LazySettings, tmp_path: Path
) -> None:
    name_category("a")
    sequence(now=NOW)
    (old_key,) = public_keys()
    settings.LOG_KEY_DIR = tmp_path / "new disk"
    settings.LOG_ORIGIN = "localhost/log/2"
    with pytest.raises(CommandError, match="has no key"):
        run("restart_log", reason="the disk with the key burnt")
    new_key = Verifier.parse(run("make_log_key"))
    run("restart_log", reason="the disk with the key burnt")

    entry = Entry.decode(bytes(Leaf.objects.get(index=1).entry))
    assert (entry.event, entry.public["previous_origin"]) == ("log.restarted", "localhost/log")
    assert public_keys() == [old_key, new_key]
    assert signed_by(2) == [new_key]
    assert list(audit()) == []


def test_a_log_never_takes_a_name_again(name_category: Name, settings: LazySettings) -> None:
    """Under its first name it has signed trees of these sizes: it would sign others, a fork."""
    for code in ("a", "b", "c"):
        name_category(code)
        sequence(now=NOW)
    first = settings.LOG_ORIGIN
    forget(1)
    settings.LOG_ORIGIN = "localhost/log/2"
    run("restart_log", reason="the disk burnt")
    settings.LOG_ORIGIN = first
    with pytest.raises(CommandError, match="give LOG_ORIGIN a new name"):
        run("restart_log", reason="the name was nicer")
    forget(0)
    with pytest.raises(CommandError, match="give LOG_ORIGIN a new name"):
        run("restart_log", reason="the database burnt too")


def test_what_cannot_be_said_in_public_is_told_in_a_line(
    name_category: Name, settings: LazySettings, tmp_path: Path
) -> None:
    name_category("a")
    sequence(now=NOW)
    settings.LOG_ORIGIN = "localhost/log/2"
    with pytest.raises(CommandError, match="twelve digits"):
        run("restart_log", reason="asked by 900101300017")
    (tmp_path / "file").touch()
    settings.LOG_KEY_DIR = tmp_path / "file"
    with pytest.raises(CommandError, match="cannot be written"):
        run("make_log_key")
