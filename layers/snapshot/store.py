"""Generations of a snapshot on disk: a file of arrays and a manifest each, and a pointer to the current one.

::

    folder/current           the name of the generation in use, replaced by one rename
    folder/gen-000017/       columns.bin   arrays one after the other, each at a multiple of 64 bytes
                             manifest.json what they are, their checksums, and what the caller adds
    folder/building-4711/    a generation that is being written; left behind by a builder that was killed

A generation is never changed once its manifest is there. Files are mapped, so all processes of a machine
share one copy in the page cache, and a process that still uses an old generation keeps it until it lets go.
"""

import fcntl
import json
import mmap
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of the files' form; another one is not read but made anew.
FORMAT = 2
ALIGNMENT = 64
COLUMNS, MANIFEST, CURRENT, DAMAGED = "columns.bin", "manifest.json", "current", "damaged"
NAME = re.compile(r"gen-([0-9]{6,})")
# The one before stays: a copy to another machine may be under way.
KEPT = 2


class Damaged(Exception):
    """A generation that cannot be used; the message says why."""


class Busy(Exception):
    """Another process is building in this folder."""


@dataclass(frozen=True)
class Generation:
    """An opened generation. ``arrays`` are read-only views of the mapped file."""

    name: str
    arrays: dict[str, NDArray[Any]]
    facts: dict[str, Any]

    @property
    def number(self) -> int:
        return number_of(self.name)


class Writer:
    """Writes a generation: arrays one by one, then ``finish``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = (folder / COLUMNS).open("wb")
        self.entries: dict[str, dict[str, Any]] = {}

    def add(self, name: str, array: NDArray[Any]) -> None:
        self.file.write(bytes(-self.file.tell() % ALIGNMENT))
        content = np.ascontiguousarray(array)
        self.entries[name] = {
            "dtype": content.dtype.str,
            "shape": list(content.shape),
            "offset": self.file.tell(),
            "crc32": zlib.crc32(_bytes(content)),
        }
        self.file.write(_bytes(content))

    def finish(self, facts: dict[str, Any]) -> None:
        size = self.file.tell()
        _close_synced(self.file)
        manifest = {"format": FORMAT, "size": size, "arrays": self.entries, "facts": facts}
        text = json.dumps(manifest, ensure_ascii=False)
        with (self.folder / MANIFEST).open("w", encoding="utf-8") as file:
            # Its own checksum first: a manifest that lies would be believed.
            file.write(f"{zlib.crc32(text.encode()):08x}\n{text}")
            _close_synced(file)
        _sync_folder(self.folder)


@contextmanager
def building(folder: Path) -> Iterator[Writer]:
    """A new generation, current when the block ends well; nothing of it remains when it does not.

    Raises Busy while another process builds in the folder, OSError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"another build is running in {folder}") from None
        for left in folder.glob("building-*"):
            shutil.rmtree(left, ignore_errors=True)
        own = folder / f"building-{os.getpid()}"
        own.mkdir()
        try:
            writer = Writer(own)
            try:
                yield writer
            finally:
                writer.file.close()
            if not (own / MANIFEST).exists():
                raise RuntimeError("the generation was not finished")
            name = f"gen-{max(map(number_of, names(folder)), default=0) + 1:06d}"
            own.rename(folder / name)
            _point_at(folder, name)
        except BaseException:
            shutil.rmtree(own, ignore_errors=True)
            raise
        _remove_old(folder, name)


def current(folder: Path) -> str | None:
    """The name of the generation in use; None when there is none."""
    try:
        name = (folder / CURRENT).read_text().strip()
    except OSError:
        return None
    return name if NAME.fullmatch(name) else None


def names(folder: Path) -> list[str]:
    """The generations that are there, the oldest first."""
    return sorted((path.name for path in folder.glob("gen-*")), key=number_of)


def facts(folder: Path, name: str) -> dict[str, Any] | None:
    """What the manifest of a generation says; None when it cannot be read."""
    try:
        told: dict[str, Any] = _manifest(folder, name)["facts"]
    except Damaged:
        return None
    return told


def mark_damaged(folder: Path, name: str) -> None:
    """For whoever builds the next one to find. A folder that cannot be written is no further harm."""
    with suppress(OSError):
        (folder / name / DAMAGED).touch()


def is_damaged(folder: Path, name: str) -> bool:
    return (folder / name / DAMAGED).exists()


def opened(folder: Path, name: str) -> Generation:
    """Every byte of it read and compared with its checksum, which also brings it into the page cache.

    Raises Damaged.
    """
    manifest = _manifest(folder, name)
    try:
        with (folder / name / COLUMNS).open("rb") as file:
            if os.fstat(file.fileno()).st_size != manifest["size"]:
                raise Damaged("the file of columns has another size than the manifest says")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if manifest["size"] else b""
    except OSError as error:
        raise Damaged(f"{name} cannot be read: {error}") from error
    arrays = {}
    for array_name, entry in manifest["arrays"].items():
        shape = tuple(entry["shape"])
        count = int(np.prod(shape))
        array = np.frombuffer(mapped, entry["dtype"], count, entry["offset"] if count else 0).reshape(shape)
        if zlib.crc32(_bytes(array)) != entry["crc32"]:
            raise Damaged(f"{array_name} is damaged")
        arrays[array_name] = array
    return Generation(name, arrays, manifest["facts"])


def _manifest(folder: Path, name: str) -> dict[str, Any]:
    try:
        checksum, _, text = (folder / name / MANIFEST).read_text(encoding="utf-8").partition("\n")
        if f"{zlib.crc32(text.encode()):08x}" != checksum:
            raise Damaged("the manifest is damaged")
        manifest: dict[str, Any] = json.loads(text)
        if manifest["format"] != FORMAT:
            raise Damaged(f"the files have form {manifest['format']}, this code reads {FORMAT}")
    except (OSError, ValueError, KeyError) as error:
        raise Damaged(f"{name} cannot be read: {error}") from error
    return manifest


def number_of(name: str) -> int:
    found = NAME.fullmatch(name)
    return int(found[1]) if found else 0


def _point_at(folder: Path, name: str) -> None:
    new = folder / f"{CURRENT}.new"
    with new.open("w") as file:
        file.write(f"{name}\n")
        _close_synced(file)
    new.replace(folder / CURRENT)
    _sync_folder(folder)


def _remove_old(folder: Path, name: str) -> None:
    for old in names(folder)[:-KEPT]:
        if old != name:
            shutil.rmtree(folder / old, ignore_errors=True)


def _bytes(array: NDArray[Any]) -> memoryview | bytes:
    return array.reshape(-1).view(np.uint8).data if array.size else b""


def _close_synced(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
