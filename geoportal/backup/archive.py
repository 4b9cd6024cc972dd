"""The file of a backup: a plain tar, which `tar`, `sha256sum` and `pg_restore` open too.

    database.dump     what pg_dump wrote, in its custom format
    media/…           files that people attached
    manifest.json     what is inside (geoportal/backup/manifest.py)
    manifest.sha256   the manifest's own sum, in the form of sha256sum

A part is written while it is being made: its header, which must name its size, is filled in afterwards.
"""

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

from geoportal.backup.errors import BackupError
from geoportal.backup.manifest import Manifest, Part

DUMP, MANIFEST, SUM, MEDIA = "database.dump", "manifest.json", "manifest.sha256", "media/"
CHUNK_BYTES = 1 << 20
# A million names with their sums. More is no manifest of ours.
LARGEST_MANIFEST_BYTES = 256 << 20
END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True)
class Writer:
    """Appends parts to an open file; ``mtime`` is theirs, in seconds since 1970."""

    file: BinaryIO
    mtime: int

    def add(self, name: str, chunks: Iterable[bytes]) -> Part:
        """A part of a size that nobody knows before. Gives its size in bytes and its SHA-256."""
        start, digest, size = self.file.tell(), hashlib.sha256(), 0
        self.file.write(bytes(len(self._header(name, 0))))
        for chunk in chunks:
            self.file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        self.file.write(bytes(-size % tarfile.BLOCKSIZE))
        end = self.file.tell()
        self.file.seek(start)
        self.file.write(self._header(name, size))
        self.file.seek(end)
        return Part(digest.hexdigest(), size)

    def close(self, manifest: Manifest) -> None:
        content = manifest.as_json()
        part = self.add(MANIFEST, [content])
        self.add(SUM, [f"{part.sha256}  {MANIFEST}\n".encode()])
        self.file.write(END)

    def _header(self, name: str, size: int) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self.mtime, 0o600
        # GNU's form has sizes above 8 GB and names of any length; a header's length hangs on the name alone.
        return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def verified(path: Path, tell: Callable[[int], object]) -> Manifest:
    """The manifest of a backup of which every part is as it was written; ``tell`` hears of the bytes read.

    Raises BackupError for what is no backup, was cut off, was changed, or holds what a backup does not.
    """
    parts: dict[str, Part] = {}
    kept: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                _allow(member, parts)
                parts[member.name] = _read(tar, member, kept, tell)
    except (tarfile.TarError, EOFError) as error:
        if not parts:
            raise BackupError(_("%(file)s is not a backup of the portal") % {"file": path.name}) from error
        raise _cut_off(path) from error
    if not parts or DUMP not in parts:
        raise BackupError(_("%(file)s is not a backup of the portal") % {"file": path.name})
    if SUM not in parts or MANIFEST not in parts:
        raise _cut_off(path)
    if kept[SUM] != f"{parts.pop(MANIFEST).sha256}  {MANIFEST}\n".encode():
        raise BackupError(
            _("%(file)s is damaged: %(part)s was changed") % {"file": path.name, "part": MANIFEST}
        )
    parts.pop(SUM)
    manifest = Manifest.from_json(kept[MANIFEST])
    for name in sorted(parts.keys() | manifest.parts.keys()):
        if parts.get(name) != manifest.parts.get(name):
            raise BackupError(
                _("%(file)s is damaged: %(part)s was changed") % {"file": path.name, "part": name}
            )
    return manifest


def part_chunks(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and content of the parts that are wanted, in their order; each content is read before the next."""
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if wanted(member.name) and (content := tar.extractfile(member)):
                yield member.name, chunks_of(content)


def _read(
    tar: tarfile.TarFile, member: tarfile.TarInfo, kept: dict[str, bytes], tell: Callable[[int], object]
) -> Part:
    digest, whole = hashlib.sha256(), []
    content = tar.extractfile(member)
    assert content is not None  # _allow lets regular files through only
    for chunk in chunks_of(content):
        digest.update(chunk)
        tell(len(chunk))
        if member.name in {MANIFEST, SUM}:
            whole.append(chunk)
    if whole:
        kept[member.name] = b"".join(whole)
    return Part(digest.hexdigest(), member.size)


def _allow(member: tarfile.TarInfo, before: dict[str, Part]) -> None:
    pure = PurePosixPath(member.name)
    is_media = member.name.startswith(MEDIA) and ".." not in pure.parts and str(pure) == member.name
    fits = member.name in {DUMP, MANIFEST, SUM} or is_media
    too_large = member.name in {MANIFEST, SUM} and member.size > LARGEST_MANIFEST_BYTES
    if not member.isreg() or not fits or too_large or member.name in before:
        raise BackupError(_("no backup of the portal holds “%(name)s”") % {"name": member.name[:100]})


def _cut_off(path: Path) -> BackupError:
    return BackupError(
        _("%(file)s is damaged: it was cut off, or changed in the middle") % {"file": path.name}
    )
