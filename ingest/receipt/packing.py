"""The archive of a receipt: a zip that has one form only, so that a changed bit anywhere in it shows.

Stored, not deflated: how well bytes are squeezed hangs on the version of a library. And nothing can unpack to
more than it is.
"""

import io
import struct
import zipfile
from collections.abc import Mapping

from ingest.receipt.names import ALL, NEEDED
from ingest.receipt.report import Damaged

# The national authority's list of revoked certificates has 21 MB; nothing else comes near it.
LARGEST_BYTES = 80 << 20
# Zip knows no time before it.
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o100644 << 16
# What zipfile raises for bytes that are no zip, or another kind than this one.
NOT_A_ZIP = (
    zipfile.BadZipFile,
    *(ValueError, RuntimeError, OSError, EOFError, OverflowError, struct.error, KeyError, IndexError),
)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The zip of ``files``, in their one order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files, key=ALL.index):
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr = UNIX, READABLE
            archive.writestr(info, files[name])
    return made.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a receipt. Raises Damaged (too_large, not_an_archive, changed, unexpected_file,
    missing_file, repacked).
    """
    if len(data) > LARGEST_BYTES:
        raise Damaged("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {info.filename: _read(archive, info, len(data)) for info in _listed(archive)}
    except NOT_A_ZIP as error:
        raise Damaged("not_an_archive") from error
    require_names(files)
    if pack(files) != data:
        raise Damaged("repacked")
    return files


def require_names(files: Mapping[str, bytes]) -> None:
    """That these are the files of a receipt. Raises Damaged."""
    for name in files:
        if name not in ALL:
            raise Damaged("unexpected_file", name)
    for name in NEEDED:
        if name not in files:
            raise Damaged("missing_file", name)


def _listed(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Each once, and no more than a receipt has: before anything is read."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    for name in names:
        if name not in ALL or names.count(name) > 1:
            raise Damaged("unexpected_file", name)
    return infos


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > most:
        raise Damaged("repacked", info.filename)
    try:
        return archive.read(info)
    except NOT_A_ZIP as error:
        raise Damaged("changed", info.filename) from error
