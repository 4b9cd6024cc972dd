"""What is no whole backup of ours is refused before anything is touched, in one line."""

import io
import random
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geoportal.backup.archive import DUMP, MANIFEST, SUM, Writer, part_chunks, verified
from geoportal.backup.errors import BackupError
from geoportal.backup.manifest import Manifest, Part
from geoportal.backup.server import Tally

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
CONTENT = {DUMP: b"PGDMP" + bytes(range(256)) * 20, "media/a/фото.jpg": b"\xff\xd8", "media/empty": b""}


def manifest(parts: dict[str, Part]) -> Manifest:
    return Manifest(
        created_at=NOW,
        portal="0.1.0",
        server="15.8",
        dump_major=15,
        extensions={"postgis": "3.3.2"},
        tables={"public.layers_feature": Tally(3, "-12")},
        left_out=("public.layers_change",),
        log_keys=({"key": "map.example.kz+0a0b0c0d+AQID", "sha256": "00"},),
        vanished_media=0,
        parts=parts,
    )


def archive(content: dict[str, bytes], change: Callable[[Manifest], Manifest] = lambda found: found) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, int(NOW.timestamp()))
    parts = {name: writer.add(name, [each[:100], each[100:]]) for name, each in content.items()}
    writer.close(change(manifest(parts)))
    return file.getvalue()


def check(content: bytes, folder: Path) -> Manifest:
    path = folder / "b.tar"
    path.write_bytes(content)
    return verified(path, lambda more: None)


def refusal(content: bytes, folder: Path) -> str:
    with pytest.raises(BackupError) as refused:
        check(content, folder)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_tar_and_sha256_open_it_too(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive(CONTENT))) as tar:
        assert tar.getnames() == [*CONTENT, MANIFEST, SUM]
        for name, content in CONTENT.items():
            member = tar.extractfile(name)
            assert member is not None
            assert member.read() == content


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = check(archive(CONTENT), tmp_path)
    assert found == manifest(dict(found.parts))
    assert {name: part.bytes for name, part in found.parts.items()} == {n: len(c) for n, c in CONTENT.items()}


def test_parts_are_read_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(archive(CONTENT))
    found = {name: b"".join(chunks) for name, chunks in part_chunks(tmp_path / "b.tar", CONTENT.__contains__)}
    assert found == CONTENT


def test_a_backup_that_was_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = archive(CONTENT)
    end = whole.rindex(f"  {MANIFEST}\n".encode()) + len(f"  {MANIFEST}\n")
    for length in [0, 1, 511, *range(512, end, 509), end - 1]:
        assert "cut off" in (found := refusal(whole[:length], tmp_path)) or "not a backup" in found, length


def test_any_flipped_bit_of_a_part_or_of_a_header_is_noticed(tmp_path: Path) -> None:
    whole = archive(CONTENT)
    dice = random.Random(4)
    held = list(_meaningful(whole))
    for place in dice.sample(held, 150):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << dice.randrange(8)
        refusal(bytes(damaged), tmp_path)


def _meaningful(whole: bytes) -> list[int]:
    """Places of every byte but the fill after a part."""
    places: list[int] = []
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        for member in tar:
            places += range(member.offset, member.offset_data + member.size)
    return places


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04" + bytes(2000), b"PGDMP\x01\x0e" + bytes(5000), bytes(10_240), b"x" * 5000],
    ids=["empty", "zip", "a dump alone", "an empty tar", "text"],
)
def test_a_file_of_another_kind_is_not_a_backup(content: bytes, tmp_path: Path) -> None:
    assert refusal(content, tmp_path) == "b.tar is not a backup of the portal"


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "media/../../outside", "media//double", "other.txt", "media/a/../b"]
)
def test_names_that_a_backup_does_not_hold_are_refused(name: str, tmp_path: Path) -> None:
    assert refusal(archive(CONTENT | {name: b"x"}), tmp_path) == f"no backup of the portal holds “{name}”"


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
        info = tarfile.TarInfo("media/link")
        info.type, info.linkname = kind, "/etc/passwd"
        assert "media/link" in refusal(info.tobuf() + archive(CONTENT), tmp_path)


def test_a_part_that_comes_twice_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo(DUMP)
    assert DUMP in refusal(info.tobuf() + archive(CONTENT), tmp_path)


def test_a_part_more_or_less_than_the_manifest_says_is_named(tmp_path: Path) -> None:
    def without_photo(found: Manifest) -> Manifest:
        return replace(found, parts={n: p for n, p in found.parts.items() if "фото" not in n})

    def with_another(found: Manifest) -> Manifest:
        return replace(found, parts={**found.parts, "media/b": Part("0" * 64, 1)})

    assert "media/a/фото.jpg" in refusal(archive(CONTENT, without_photo), tmp_path)
    assert "media/b" in refusal(archive(CONTENT, with_another), tmp_path)


def test_a_backup_of_a_later_portal_is_left_to_that(tmp_path: Path) -> None:
    content = manifest({}).as_json().replace(b'"format": 1', b'"format": 2')
    with pytest.raises(BackupError, match="later portal"):
        Manifest.from_json(content)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1}', b"\xff", b'{"format": 1, "x": 2}'])
def test_a_manifest_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(BackupError, match="manifest"):
        Manifest.from_json(content)
