"""``geoportal backup`` and ``geoportal restore`` as an operator meets them."""

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from geoportal.backup import make, programs
from geoportal.backup.errors import BackupError
from geoportal.backup.make import make_backup
from geoportal.backup.manifest import Manifest
from geoportal.backup.programs import Programs, programs_for
from geoportal.backup.restore import Restored, restore
from geoportal.backup.server import Address, Tally
from geoportal.log.high_water import HighWater
from geoportal.log.keys import KeyFolder
from geoportal.log.note import Checkpoint, sign
from geoportal.management.commands.backup import named
from geoportal.management.commands.restore import lines, log_advice

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)


def backed_up(address: Address, target: Path, media: Path) -> Path:
    path, _manifest = make_backup(
        target=target, address=address, media=media, log_keys=[], portal="0", at=NOW, tell=lambda more: None
    )
    return path


@pytest.mark.django_db
def test_a_backup_in_a_folder_is_named_by_its_time_and_read_by_its_owner_alone(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "none"
    said = StringIO()
    call_command("backup", str(tmp_path), stdout=said)
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("geoportal-20")
    assert path.name.endswith("Z.tar")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert said.getvalue().startswith(f"{path}: ")
    assert " tables, " in said.getvalue()


@pytest.mark.django_db
def test_a_database_with_anything_in_it_is_left_alone(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "none"
    call_command("backup", str(tmp_path / "b.tar"), stdout=StringIO())
    with pytest.raises(CommandError, match=r"the database is not empty .*--replace"):
        call_command("restore", str(tmp_path / "b.tar"))


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", str(tmp_path / "none.tar"))


@pytest.mark.django_db
def test_files_are_overwritten_only_when_told(
    source: Address, empty: Callable[[], Address], tmp_path: Path
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "photo").write_bytes(b"old")
    path = backed_up(source, tmp_path / "b.tar", media)
    (media / "photo").write_bytes(b"new")
    with pytest.raises(BackupError, match="media is not empty"):
        restore(path=path, address=empty(), media=media, replace=False, tell=lambda more: None)
    assert (media / "photo").read_bytes() == b"new"
    restore(path=path, address=empty(), media=media, replace=True, tell=lambda more: None)
    assert (media / "photo").read_bytes() == b"old"


@pytest.mark.django_db
def test_nothing_is_overwritten_and_nothing_half_made_is_left(
    source: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = backed_up(source, tmp_path / "b.tar", tmp_path / "none")
    before = path.read_bytes()
    with pytest.raises(BackupError, match="overwrites nothing"):
        backed_up(source, path, tmp_path / "none")
    assert path.read_bytes() == before

    monkeypatch.setattr(make, "COMPRESSION", "none at all")
    with pytest.raises(BackupError, match="pg_dump failed: pg_dump: error: "):
        backed_up(source, tmp_path / "c.tar", tmp_path / "none")
    assert [each.name for each in tmp_path.iterdir()] == ["b.tar"]


def test_two_backups_of_one_name_do_not_write_each_others_file(
    empty: Callable[[], Address], tmp_path: Path
) -> None:
    (tmp_path / ".b.tar.begun").touch()
    with pytest.raises(BackupError, match="another backup is being made, or one was killed"):
        backed_up(empty(), tmp_path / "b.tar", tmp_path / "none")


@pytest.mark.django_db
def test_a_link_among_the_files_is_no_file(source: Address, tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for elsewhere in ("/etc/passwd", "/etc"):
        (media / "link").symlink_to(elsewhere)
        with pytest.raises(BackupError, match="no plain file"):
            backed_up(source, tmp_path / "b.tar", media)
        assert not (tmp_path / "b.tar").exists()
        (media / "link").unlink()


@pytest.mark.django_db
def test_a_folder_that_cannot_be_read_is_not_passed_over(
    source: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, scandir = tmp_path / "media", os.scandir
    (media / "closed").mkdir(parents=True)

    def refusing(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(BackupError, match=r"closed cannot be read: Permission denied"):
        backed_up(source, tmp_path / "b.tar", media)
    assert not (tmp_path / "b.tar").exists()


def test_a_folder_that_is_not_there_is_one_line(empty: Callable[[], Address], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
        backed_up(empty(), tmp_path / "none" / "b.tar", tmp_path / "media")


def test_the_servers_own_version_of_the_programs_is_taken_else_the_next_newer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = [Programs(Path(f"/pg/{major}"), major) for major in (14, 17, 16)]
    monkeypatch.setattr(programs, "installed", lambda: there)
    assert [programs_for(server).major for server in (14, 15, 16, 17)] == [14, 16, 16, 17]
    with pytest.raises(BackupError, match=r"found: 14, 17, 16\): apt-get install postgresql-client-18"):
        programs_for(18)
    monkeypatch.setattr(programs, "installed", list)
    with pytest.raises(BackupError, match="found: –"):
        programs_for(15)


def test_a_password_stands_in_no_list_of_processes() -> None:
    address = Address("host=db user=geoportal", "secret")
    assert "secret" not in address.conninfo
    assert "secret" not in repr(address)
    assert address.environment()["PGPASSWORD"] == "secret"


def test_a_database_without_a_portal_is_not_taken_for_one(
    empty: Callable[[], Address], tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="there is no portal in the database restored_"):
        backed_up(empty(), tmp_path / "b.tar", tmp_path / "none")


def test_the_logs_keys_are_told_by_the_names_of_their_files(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", "map.example.kz/log")
    signer = folder.make()
    (named_key,) = named([signer.verifier])
    (file,) = folder.files()
    assert named_key["key"] == str(signer.verifier)
    assert file.name == f"{named_key['sha256'][:16]}.pem"


def test_a_restore_says_what_to_do_about_the_log(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", "map.example.kz/log")
    signer = folder.make()
    manifest = Manifest(
        created_at=NOW,
        portal="0",
        server="15",
        dump_major=15,
        extensions={},
        tables={"public.log_entry": Tally(1_100, "0")},
        left_out=(),
        log_keys=tuple(named([signer.verifier])),
        vanished_media=0,
        parts={},
    )

    def advice(folder: KeyFolder) -> str:
        return " ".join(log_advice(manifest, folder))

    elsewhere = KeyFolder(tmp_path / "empty", "map.example.kz/log")
    assert f"put the file {folder.files()[0].name} there" in advice(elsewhere)
    assert "There is no note of the last signed head" in advice(folder)

    def note(size: int) -> None:
        HighWater(folder.folder).write(sign(Checkpoint("map.example.kz/log", size, bytes(32)).text, [signer]))

    note(1_200)
    assert "has signed 1,200 entries and this backup has 1,100: it signs nothing" in advice(folder)
    note(1_100)
    assert advice(folder) == ""


def test_a_note_that_cannot_be_read_does_not_make_a_restore_look_failed(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.LOG_KEY_DIR = tmp_path
    signer = KeyFolder(tmp_path, settings.LOG_ORIGIN).make()
    HighWater(tmp_path).path.write_text("half a he")
    manifest = Manifest(
        created_at=NOW,
        portal="0",
        server="15",
        dump_major=15,
        extensions={},
        tables={"public.log_entry": Tally(3, "0")},
        left_out=(),
        log_keys=tuple(named([signer.verifier])),
        vanished_media=0,
        parts={},
    )
    told = lines(Restored(manifest, 0, ()))
    assert "is back" in told[0]
    assert "last-head" in told[1]
